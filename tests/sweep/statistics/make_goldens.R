# Makes goldens.json: what R says of the figures that a sweep's report computes.
#
#     Rscript tests/sweep/statistics/make_goldens.R > tests/sweep/statistics/goldens.json
#
# Made with R 4.2.2, mvtnorm 1.1-3, multcomp 1.4-22 (Debian 12).
suppressMessages({library(mvtnorm); library(multcomp)})
set.seed(7)
num <- function(x) ifelse(is.na(x), "null", formatC(x, digits = 15, format = "g"))
arr <- function(x) paste0("[", paste(num(x), collapse = ","), "]")
mat <- function(m) paste0("[", paste(apply(m, 1, arr), collapse = ",\n    "), "]")
part <- function(name, body) paste0("  \"", name, "\": ", body)

# Student's t: t, df, P(T > t), the quantile of a tail of .025, and P(T' > t) with a non-centrality of 1.7
student <- do.call(rbind, lapply(c(1, 2, 3, 4, 9, 30, 1000), function(df) do.call(rbind, lapply(c(-1.3, 0, 0.4, 2, 7, 60), function(t)
  c(t, df, pt(t, df, lower.tail = FALSE), qt(.975, df), pt(t, df, 1.7, lower.tail = FALSE))))))
# smallest difference at 80 % power: k, sd, alpha, delta; not of two at .05/7, where R's pt takes a normal distribution in place of the t
power <- do.call(rbind, lapply(c(2, 3, 5, 10, 30), function(k) do.call(rbind, lapply(c(.05, .05 / 7), function(a)
  if (k == 2 && a < .05) NULL else c(k, 1.7, a, power.t.test(n = k, sd = 1.7, sig.level = a, power = .8, type = "paired", strict = TRUE, tol = 1e-14)$delta)))))
# paired t-tests
samples <- lapply(c(2, 3, 5, 10), function(k) round(rnorm(k, .4, 1), 3))
tests <- paste0("[", paste(sapply(samples, function(d) {
  r <- t.test(d)
  margin <- .9
  tost <- max(t.test(d, mu = -margin, alternative = "greater")$p.value, t.test(d, mu = margin, alternative = "less")$p.value)
  paste0("{\"differences\": ", arr(d), ", \"p\": ", num(r$p.value), ", \"low\": ", num(r$conf.int[1]), ", \"high\": ", num(r$conf.int[2]),
    ", \"margin\": ", margin, ", \"equivalence\": ", num(tost), "}")
}), collapse = ",\n    "), "]")
# the sign-flip test, by listing all signs
flips <- paste0("[", paste(sapply(c(samples, list(c(1, 2, 3), c(1, -1, 2), round(rnorm(13, .3), 2))), function(d) {
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(d))))
  paste0("{\"differences\": ", arr(d), ", \"p\": ", num(mean(abs(signs %*% d) >= abs(sum(d)) - 1e-12)), "}")
}), collapse = ",\n    "), "]")
ps <- c(.01, .04, .03, .005, .8, .03)
# Fisher's exact test
fishers <- do.call(rbind, lapply(list(c(8, 10, 2, 10), c(1, 3, 2, 3), c(0, 5, 5, 5), c(3, 9, 1, 12), c(20, 60, 5, 44), c(0, 3, 0, 3)), function(v)
  c(v, fisher.test(matrix(c(v[1], v[2] - v[1], v[3], v[4] - v[3]), 2))$p.value)))
# Dunnett's p: t, m, df; quasi-random integration, to about 1e-6
dunnetts <- do.call(rbind, lapply(list(c(2.1, 1, 4), c(2.7, 5, 12), c(3.5, 40, 80), c(1, 3, 8), c(2.2, 2, 4), c(4, 10, 20), c(2.5, 8, 1000), c(.3, 6, 10)), function(v) {
  m <- v[2]; r <- matrix(.5, m, m); diag(r) <- 1
  p <- if (m == 1) 2 * pt(-v[1], v[3]) else 1 - pmvt(rep(-v[1], m), rep(v[1], m), df = v[3], corr = r, algorithm = GenzBretz(maxpts = 4e6, abseps = 1e-7))[1]
  c(v, p)
}))
# a randomised-block analysis with Dunnett's comparison: 5 cells on 4 seeds
y <- matrix(round(rnorm(20, rep(c(1, 1.2, 1, 2.5, .6), each = 4) + rep(c(0, .5, -.3, 1), 5), .5), 3), 5, 4, byrow = TRUE)
frame <- data.frame(y = as.vector(t(y)), cell = factor(rep(1:5, each = 4)), seed = factor(rep(1:4, 5)))
fit <- aov(y ~ seed + cell, frame)
glht1 <- summary(glht(fit, linfct = mcp(cell = "Dunnett")), test = adjusted("single-step", maxpts = 4e6, abseps = 1e-7))$test
# omega squared of a 3 x 4 grid on 3 seeds, by its definition from R's table of variance
g <- expand.grid(s = 1:3, b = 1:4, a = 1:3)
g$y <- round(.5 * g$a + .2 * (g$b == 2) + .6 * (g$a == 3 & g$b == 4) + .3 * g$s + rnorm(nrow(g), 0, .3), 3)
tab <- summary(aov(y ~ factor(s) + factor(a) * factor(b), g))[[1]]
ss <- tab[["Sum Sq"]]; df <- tab[["Df"]]; ms <- tab[["Mean Sq"]][5]
omega <- (ss[2:4] - df[2:4] * ms) / (sum(ss) + ms)
# and of sets without order, by type II sums of squares: 30 drawn sets, one seed
h <- data.frame(a = sample(1:3, 30, TRUE), b = sample(1:4, 30, TRUE))
h$y <- round(.8 * h$a + rnorm(30, 0, .4), 3)
full <- lm(y ~ factor(a) + factor(b), h); both <- lm(y ~ factor(a) * factor(b), h)
rss <- function(m) sum(resid(m)^2)
total <- sum((h$y - mean(h$y))^2)
m2 <- rss(full) / full$df.residual
oa <- (rss(lm(y ~ factor(b), h)) - rss(full) - 2 * m2) / (total + m2)
ob <- (rss(lm(y ~ factor(a), h)) - rss(full) - 3 * m2) / (total + m2)
m3 <- rss(both) / both$df.residual
oab <- (rss(full) - rss(both) - (full$df.residual - both$df.residual) * m3) / (total + m3)
press <- sum((resid(full) / (1 - hatvalues(full)))^2) / sum((resid(lm(y ~ 1, h)) / (1 - 1 / 30))^2)

cat("{\n", paste(c(
  part("student", mat(student)), part("power", mat(power)), part("paired", tests), part("signFlip", flips),
  part("holm", paste0("{\"p\": ", arr(ps), ", \"adjusted\": ", arr(p.adjust(ps, "holm")), "}")),
  part("fisher", mat(fishers)), part("dunnett", mat(dunnetts)),
  part("blocks", paste0("{\"values\": ", mat(y), ", \"residual\": ", num(summary(fit)[[1]][["Mean Sq"]][3]), ", \"t\": ", arr(as.vector(glht1$tstat)), ", \"p\": ", arr(as.vector(glht1$pvalues)), "}")),
  part("grid", paste0("{\"a\": ", arr(g$a), ", \"b\": ", arr(g$b), ", \"s\": ", arr(g$s), ", \"y\": ", arr(g$y), ", \"omega\": ", arr(omega), "}")),
  part("drawn", paste0("{\"a\": ", arr(h$a), ", \"b\": ", arr(h$b), ", \"y\": ", arr(h$y), ", \"omega\": ", arr(c(oa, ob, oab)), ", \"outOfSample\": ", num(1 - press), "}"))
), collapse = ",\n"), "\n}\n", sep = "")
