"""The questions of the report, in SQL over the views of the log. Amounts are in minor units, times in UTC."""

FUNNEL = """
    select 'carts begun' as step, count(distinct cart_id) as n from cart_item_added
    union all select 'carts checked out', count(distinct cart_id) from cart_checked_out
    union all select 'orders placed', count(*) from order_created
    union all select 'orders paid', count(distinct order_id) from payment_processed
    union all select 'orders completed', count(distinct order_id) from order_completed
    union all select 'orders shipped', count(distinct order_id) from order_shipped
    union all select 'orders delivered', count(distinct order_id) from order_delivered"""
"""How many came as far as each step."""

COHORTS = """
    with first as (select customer_id, date_trunc('month', min(occurred_at)) as cohort from order_created group by all),
    later as (select distinct customer_id, date_trunc('month', occurred_at) as month from order_created)
    select strftime(cohort, '%Y-%m') as cohort, date_diff('month', cohort, month) as months,
        count(*) as customers, count(*) / max(count(*)) over (partition by cohort) as share
    from later join first using (customer_id) group by cohort, month order by cohort, months"""
"""Customers by the month of their first order, and how many of them ordered so many months later."""

REFUNDS = """
    with captured as (select order_id, currency, min(occurred_at) as moment, any_value(amount) as amount
        from payment_processed group by all),
    refunded as (select order_id, any_value(amount) as amount from payment_refunded group by all)
    select strftime(date_trunc($step, moment), '%Y-%m-%d') as begins, currency,
        sum(captured.amount)::bigint as captured,
        coalesce(sum(refunded.amount), 0)::bigint as refunded,
        coalesce(sum(refunded.amount), 0) / sum(captured.amount) as rate
    from captured left join refunded using (order_id) where captured.amount > 0
    group by all order by begins, currency"""
"""Of what was captured in a day, week or month, how much was refunded, whenever that was."""

STEPS = """
    with asked as (
        select 'payment' as step, order_id, min(recorded_at) as moment from payment_processing group by all
        union all select 'inventory', order_id, min(recorded_at) from inventory_reservation group by all
        union all select 'shipping', order_id, min(recorded_at) from shipping_preparation group by all),
    answered as (
        select 'payment' as step, order_id, min(recorded_at) as moment from payment_processed group by all
        union all select 'inventory', order_id, min(recorded_at) from inventory_reserved group by all
        union all select 'shipping', order_id, min(recorded_at) from shipping_prepared group by all),
    whole as (
        select 'whole saga' as step, started.order_id, min(started.recorded_at) as moment,
            min(completed.recorded_at) as done
        from saga_started as started join saga_completed as completed using (order_id) group by all),
    took as (
        select step, epoch_ms(answered.moment) - epoch_ms(asked.moment) as ms
        from asked join answered using (step, order_id)
        union all select step, epoch_ms(done) - epoch_ms(moment) from whole)
    select step, count(*) as orders, quantile_cont(ms, 0.5) / 1000 as median, quantile_cont(ms, 0.9) / 1000 as p90,
        quantile_cont(ms, 0.99) / 1000 as p99
    from took where ms >= 0 group by step
    order by list_position(['payment', 'inventory', 'shipping', 'whole saga'], step)"""
"""Seconds from the first request of a step to its success, over the orders that had it."""

DEPARTMENTS = """
    with described as (
        select product_id, department, position from product_created
        union all select product_id, department, position from product_updated),
    product as (select product_id, arg_max(department, position) as department from described group by all),
    paid as (select distinct order_id from payment_processed),
    refunded as (select distinct order_id from payment_refunded)
    select coalesce(department, 'not in the log') as department, currency, sum(quantity)::bigint as pieces,
        sum(quantity * unit_price)::bigint as revenue
    from order_created_items join order_created using (position) left join product using (product_id)
    where order_id in (from paid) and order_id not in (from refunded)
    group by all order by revenue desc, department"""
"""What was paid for goods and not refunded, without tax and shipping, by the department the product is in now."""

SPAN = "select min(recorded_at), max(recorded_at), count(*) from events"
