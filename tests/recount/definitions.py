"""What the words of the recounts mean, as tables over the exported log."""

DEFINITIONS = (
    """create table placed as
    select data->>'orderId' as id, moment, data->>'currency' as currency, cast(data->>'totalAmount' as bigint) as total,
        data from log where type = 'order.created'""",
    """create table lines as
    select id, moment, unnest(from_json(data->'items', '[{"productId": "VARCHAR", "quantity": "BIGINT"}]')) as line
    from placed""",
    """create view standing as
    select id, coalesce(arg_max(log.data->>'to', log.position), 'Pending') as status
    from placed left join log on log.type = 'order.updated' and log.data->>'orderId' = id group by id""",
    """create view money as
    select type, data->>'orderId' as id, min(moment) as moment,
        arg_min(cast(data->>'amount' as bigint), position) as amount,
        arg_min(data->>'currency', position) as currency
    from log where type in ('payment.processed', 'payment.refunded') group by type, data->>'orderId'""",
    """create view carts as
    select data->>'cartId' as id, min(moment) filter (type in ('cart.item.added', 'cart.transferred')) as moment,
        coalesce(
            arg_min(type, position) filter (type in ('cart.checked.out', 'cart.handed.over')),
            arg_max(type, position) filter (
                type in ('cart.item.added', 'cart.transferred', 'cart.abandoned', 'cart.expired'))
        ) as last
    from log where type like 'cart.%' group by data->>'cartId' having moment is not null""",
    """create table moved as
    select moment, type, data->>'warehouseId' as warehouse, line.productId as product, line.quantity as n from (
        select moment, type, data,
            unnest(from_json(data->'items', '[{"productId": "VARCHAR", "quantity": "BIGINT"}]')) as line
        from log where type in ('stock.received', 'inventory.reserved', 'inventory.released', 'inventory.expired',
            'inventory.committed'))
    union all select moment, type, data->>'warehouseId', data->>'productId', cast(data->>'delta' as bigint)
        from log where type = 'stock.adjusted'""",
    """create view stock as
    select moment, case type when 'inventory.committed' then -n else n end as change,
        case type when 'inventory.committed' then n else 0 end as shipped
    from moved where type in ('stock.received', 'stock.adjusted', 'inventory.committed')""",
    """create view viewed as
    select data->>'productId' as product, cast(data->>'minute' as timestamptz) at time zone 'UTC' as minute,
        cast(data->>'n' as bigint) as n
    from log where type = 'product.views.counted'""",
    """create view added as
    select data->>'productId' as product, moment from log where type = 'cart.item.added'""",
)
