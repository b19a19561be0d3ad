"""The peer of POST /orders: FastAPI alone, which reads the same request and says it back."""

from fastapi import FastAPI

from bench.sides.standing import stand
from command_api.routers.place_order import NewOrder


def build() -> FastAPI:
    """No token, no decision, no store."""
    app = FastAPI(openapi_url=None)

    @app.post("/orders", status_code=201)
    async def echo(order: NewOrder) -> NewOrder:
        return order

    return app


if __name__ == "__main__":
    stand(build)
