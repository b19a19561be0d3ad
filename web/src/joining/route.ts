import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { places, safeBack } from "../app/places";
import { rootRoute } from "../app/root";

type Back = { back?: string };
type Mailed = Back & { token?: string };

const getParentRoute = () => rootRoute;

function back(search: Record<string, unknown>): Back {
  return search.back === undefined ? {} : { back: safeBack(search.back) };
}

function mailed(search: Record<string, unknown>): Mailed {
  return typeof search.token === "string" ? { ...back(search), token: search.token } : back(search);
}

const logInRoute = createRoute({
  getParentRoute,
  path: places.login,
  validateSearch: back,
  component: lazyRouteComponent(() => import("./LogInPage"), "LogInPage"),
});

const registerRoute = createRoute({
  getParentRoute,
  path: places.register,
  validateSearch: back,
  component: lazyRouteComponent(() => import("./RegisterPage"), "RegisterPage"),
});

const verifyRoute = createRoute({
  getParentRoute,
  path: places.verify,
  validateSearch: mailed,
  component: lazyRouteComponent(() => import("./VerifyPage"), "VerifyPage"),
});

const resetRoute = createRoute({
  getParentRoute,
  path: places.reset,
  validateSearch: mailed,
  component: lazyRouteComponent(() => import("./ResetPage"), "ResetPage"),
});

export const joiningRoutes = [logInRoute, registerRoute, verifyRoute, resetRoute];
