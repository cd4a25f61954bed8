"""What a fit gives back, whatever the method: parameters, how well they do, and whether to believe them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadValue
from neurorl.core.fitted import Fitted
from neurorl.fit.undetermined import sentences, undetermined

# Below this log-likelihood a choice was made that the agent's policy does not allow (logit ILLEGAL = -1e9).
IMPOSSIBLE = -1e8


class FitWarning(UserWarning):
    """A fit of some unit failed; the sentence says which and what to do."""


@dataclass(frozen=True)
class FitResult:
    """The fit of one agent to S units (sessions, or groups of them).

    Attributes:
        fitted: the agent's parameters, leading axis S, in single precision, ready for `replay_many(stacked=True)`.
        values: name -> [S] in double precision: the parameters that were fitted and those held by `fixed`.
        log_lik: log-likelihood of the scored choices at the fitted parameters, nats [S].
        log_posterior: log_lik plus the log prior density of the parameters, or of z in the population where one was
            learned [S].
        n_choices: scored choices [S].
        n_params: number of fitted parameters of a unit.
        converged: another climb, begun where the best ended with a fresh estimate of the curvature, came to rest
            and gained less than 1e-4 nats [S].
        gradient_norm: Euclidean norm of the gradient of the log posterior at the end, nats per unit of the
            unconstrained scale [S]. At a kink (many agents take a max over values) it is not small. None where nothing
            was climbed.
        starts_agreeing: starts that ended within 0.01 nats of the best, the best included [S]; None without starts.
        at_bound: names of parameters within 0.5 % of their range from an end of it [S]; empty where nobody looked.
        method: name of the method.
        standard_errors: name -> [S] on the scale of the parameter: from the inverse Hessian of minus the log
            posterior at the end (delta method), or the standard deviation of draws. NaN where there is none.
        covariance: [S, n, n] of the fitted parameters on the unconstrained scale, NaN where there is none.
        curved: [S] whether that Hessian is positive definite, so that the end is a maximum in every direction.
        log_evidence: [S] log of the likelihood averaged over the prior of the unit, nats, in Laplace's approximation.
        group: one row a parameter and term of its design: parameter, term, mean (the coefficient), se (its standard
            error: the posterior standard deviation where there are draws, the scale of its Student t in hbi),
            sd_between (standard deviation of the units around what the terms say, the same in all rows of a
            parameter), low, high (95 % interval of mean), all on the unconstrained scale, and mean_on_scale: where
            mean is that of the population (the intercept, or a group in a formula without one) with all other columns
            at 0, the same on the scale of the parameter, which is the population's median there; NaN for slopes and
            differences.
        group_log_evidence: log-likelihood of all units at the group's parameters, each unit's own integrated out.
        n_group_params: number of parameters of the group.
        labels: [S] the group of each unit; without groups the position of its session.
        left_out: labels of the units that were not fitted, because they have no scored choice.
        contraction: name -> [S] what the choices add to the prior of each fitted parameter, from 0 (nothing: the value
            is the prior's, or the population's) to 1: the share of its variance that they remove (`contraction`).
        why: [S] a plain reason why the choices of a unit may not determine its parameters; empty where there is none.
        draws: posterior draws (groups posterior, log_likelihood, sample_stats; dims chain, draw, unit).
        doubts: further sentences that the method has to say.
    """

    fitted: Fitted
    values: dict[str, np.ndarray]
    log_lik: np.ndarray
    log_posterior: np.ndarray
    n_choices: np.ndarray
    n_params: int
    converged: np.ndarray
    method: str = "map"
    gradient_norm: np.ndarray | None = None
    starts_agreeing: np.ndarray | None = None
    at_bound: tuple[tuple[str, ...], ...] = ()
    standard_errors: dict[str, np.ndarray] | None = None
    covariance: np.ndarray | None = None
    curved: np.ndarray | None = None
    log_evidence: np.ndarray | None = None
    group: pd.DataFrame | None = None
    group_log_evidence: float | None = None
    n_group_params: int | None = None
    labels: np.ndarray | None = None
    left_out: tuple[Any, ...] = ()
    contraction: dict[str, np.ndarray] | None = None
    why: tuple[str, ...] = ()
    draws: Any = None
    doubts: tuple[str, ...] = ()

    @property
    def failed(self) -> np.ndarray:
        """Units with parameters not to be interpreted: no convergence, or a choice of probability 0 [S]."""
        return ~self.converged | ~(self.log_lik > IMPOSSIBLE)

    @property
    def undetermined(self) -> tuple[tuple[str, ...], ...]:
        """For each unit, names of the parameters that its choices do not determine (`neurorl.fit.undetermined`)."""
        if self.contraction is None:
            return ((),) * len(self.log_lik)
        return undetermined(self.contraction, self._why, self.failed, self.group is not None)

    @property
    def _why(self) -> tuple[str, ...]:
        return self.why or ("",) * len(self.log_lik)

    def rows_of(self, unit: np.ndarray) -> np.ndarray:
        """The row of each session's unit; -1 where that was left out for want of a scored choice.

        Args:
            unit: [sessions] 0, 1, ... counts all units in sorted order, those left out included.
        """
        unit = np.asarray(unit)
        if not self.left_out:
            return unit
        _, kept = self._everybody()
        return np.where(kept, np.cumsum(kept) - 1, -1)[unit]

    def _everybody(self) -> tuple[np.ndarray, np.ndarray]:
        """Labels of all units, sorted, and which were fitted."""
        own = np.asarray(self.labels)
        everybody = np.unique(np.concatenate([own, np.asarray(self.left_out, own.dtype)]))
        return everybody, np.isin(everybody, own)

    def _own(self, index: pd.DataFrame | None) -> pd.DataFrame | None:
        """Of an index with one row a unit, the rows of those that were fitted."""
        n = len(self.log_lik)
        if index is None or len(index) == n:
            return index
        if self.left_out and len(index) == n + len(self.left_out):
            return index.loc[self._everybody()[1], :].reset_index(drop=True)
        raise BadValue(f"The index has {len(index)} rows, but {n} units were fitted; give one row a unit.")

    @property
    def integrated_bic(self) -> float | None:
        """`integrated_bic_of` all units."""
        return self.integrated_bic_of(np.ones(len(self.n_choices), bool))

    def integrated_bic_of(self, kept: np.ndarray) -> float | None:
        """k ln n - 2 log p(choices | group), k = n_group_params, n choices of the kept units (Huys et al. 2011, eq. 6).

        None where no group was learned, or units have no evidence under it.
        """
        if self.group is None or self.log_evidence is None or self.n_group_params is None:
            return None
        k, n = self.n_group_params, self.n_choices[kept].sum()
        return k * float(np.log(n)) - 2 * float(self.log_evidence[kept].sum())

    def averages(self) -> pd.DataFrame:
        """Each parameter over the units that were fitted.

        Returns:
            one row a parameter: parameter, mean, sd, n_units, n_failed (left out), and n_undetermined: units that are
            in the mean though their choices do not determine the parameter (`undetermined`).
        """
        kept, open_ = ~self.failed, self.undetermined
        rows = [
            {
                "parameter": name,
                "mean": value[kept].mean() if kept.any() else np.nan,
                "sd": value[kept].std(ddof=1) if kept.sum() > 1 else np.nan,
                "n_units": int(kept.sum()),
                "n_failed": int((~kept).sum()),
                "n_undetermined": sum(name in names for names in open_),
            }
            for name, value in self.values.items()
        ]
        return pd.DataFrame(rows, columns=["parameter", "mean", "sd", "n_units", "n_failed", "n_undetermined"])

    @property
    def aic(self) -> np.ndarray:
        """AIC = 2 k - 2 log L (Akaike 1974), k = n_params, at the fitted parameters [S]."""
        return 2 * self.n_params - 2 * self.log_lik

    @property
    def bic(self) -> np.ndarray:
        """BIC = k ln n - 2 log L (Schwarz 1978), n = n_choices, at the fitted parameters [S]."""
        return self.n_params * np.log(self.n_choices) - 2 * self.log_lik

    def table(self, index: pd.DataFrame | None = None) -> pd.DataFrame:
        """One row a unit.

        Args:
            index: columns that say who each unit is (subject, session), one row a unit, put first. Rows of units that
                were left out for want of a scored choice may be among them; they are dropped.

        Returns:
            a table with the columns of `index`, the parameters by name, log_lik (nats), log_lik_per_choice,
            log_posterior, n_choices, n_params, aic, bic, converged, gradient_norm and starts_agreeing (where the method
            searches), at_bound (names separated by commas), and, where the method gives them, the
            standard error of each parameter (its name with `_se`), log_evidence, what the choices add to the prior of
            each parameter (its name with `_contraction`), undetermined (names separated by commas) and why; and failed.
        """
        n, index = len(self.log_lik), self._own(index)
        who = {} if index is None else {name: index[name].to_numpy() for name in index.columns}
        found = {"gradient_norm": self.gradient_norm, "starts_agreeing": self.starts_agreeing}
        climbed = {name: values for name, values in found.items() if values is not None}
        columns = {
            "log_lik": self.log_lik,
            "log_lik_per_choice": self.log_lik / self.n_choices,
            "log_posterior": self.log_posterior,
            "n_choices": self.n_choices,
            "n_params": np.full(n, self.n_params),
            "aic": self.aic,
            "bic": self.bic,
            "converged": self.converged,
            **({} if self.draws is not None else climbed),
            "at_bound": [",".join(names) for names in self.at_bound or ((),) * n],
        }
        if self.standard_errors is not None:
            columns |= {f"{name}_se": error for name, error in self.standard_errors.items()}
        if self.log_evidence is not None:
            columns["log_evidence"] = self.log_evidence
        if self.contraction is not None:
            columns |= {f"{name}_contraction": share for name, share in self.contraction.items()}
            open_ = self.undetermined
            columns["undetermined"] = [",".join(names) for names in open_]
            columns["why"] = [reason if names else "" for reason, names in zip(self._why, open_, strict=True)]
        columns["failed"] = self.failed
        return pd.DataFrame(who | self.values | columns)

    def failures(self, index: pd.DataFrame | None = None) -> list[str]:
        """A sentence for each way in which units could not be fitted; empty where all is well.

        Args:
            index: columns that say who each unit is, one row a unit; without it units are counted from 0.
        """
        who = partial(_rows, index=self._own(index))
        impossible = ~(self.log_lik > IMPOSSIBLE)
        stuck = ~self.converged & ~impossible & (self.draws is None)  # of chains, `doubts` speak
        sentences = []
        if impossible.any():
            sentences.append(
                f"{who(impossible)}: a recorded choice has probability 0 under this agent, whatever its parameters; "
                "check `scored`, or leave the agent out."
            )
        if stuck.any():
            sentences.append(
                f"{who(stuck)}: the search did not converge to a maximum; do not interpret these parameters. "
                "Raise max_steps or starts, or fix a parameter with `fixed`."
            )
        return sentences

    def absences(self, index: pd.DataFrame | None = None) -> list[str]:
        """A sentence that names the units which were left out for want of a scored choice, where there are some.

        Args:
            index: columns that say who each unit is, one row a unit, those left out included.
        """
        if not self.left_out:
            return []
        everybody, kept = self._everybody()
        if index is not None and len(index) == len(everybody):
            who = _rows(~kept, index)
        else:
            named = pd.DataFrame({"unit": everybody})
            who = _rows(~kept, named)
        return [f"{who}: left out, because no choice is scored."]

    def openings(self, index: pd.DataFrame | None = None) -> list[str]:
        """A sentence for each way in which choices do not determine parameters; empty where they determine all."""
        who = partial(_rows, index=self._own(index))
        return sentences(self.undetermined, self._why, self.method, who)

    def problems(self, index: pd.DataFrame | None = None) -> list[str]:
        """Everything a reader of the parameters should know, one sentence each: failures, then doubts."""
        sentences = self.absences(index) + self.failures(index) + self.openings(index)
        who = partial(_rows, index=self._own(index))
        curve = self.fitted.curve or {}
        n_starts = np.shape(curve.get("log_posterior", np.empty((1, 1))))[1]
        alone = self.converged & (np.zeros(1) if self.starts_agreeing is None else self.starts_agreeing == 1).astype(
            bool
        )
        if n_starts > 1 and alone.any():
            sentences.append(
                f"{who(alone)}: only one of {n_starts} starts reached the best value, so there are local optima and "
                "a better one may exist; raise starts."
            )
        for name in dict.fromkeys(name for names in self.at_bound for name in names):
            here = np.array([name in names for names in self.at_bound])
            sentences.append(f"{who(here)}: {name} lies at an end of its range, so these data hardly determine it.")
        if self.curved is not None and (flat := ~self.curved & ~self.failed).any():
            sentences.append(
                f"{who(flat)}: the log posterior is not curved downwards in every direction at its maximum (a "
                "parameter at the end of its range, or two that the data cannot tell apart), so there are no "
                "standard errors; simulate and recover these parameters before you interpret them."
            )
        return sentences + list(self.doubts)


def _rows(which: np.ndarray, index: pd.DataFrame | None, shown: int = 8) -> str:
    """'Units 0, 4, 7 (3 of 40)', or by name: 'Subjects ann, bob (2 of 40)'."""
    at = np.flatnonzero(which)
    what, names = "Unit", [str(i) for i in at[:shown]]
    if index is not None:
        what = str(index.columns[-1]).capitalize()
        names = [" ".join(map(str, row)) for row in index.iloc[at[:shown]].itertuples(index=False)]
    listed = ", ".join(names) + (", ..." if len(at) > shown else "")
    return f"{what}{'s' if len(at) > 1 else ''} {listed} ({len(at)} of {len(which)})"
