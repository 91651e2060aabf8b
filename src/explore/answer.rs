//! Evaluating a state on futures that are kept.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    pins::Pinned,
    state::{State, changes_futures},
};
use crate::{
    analysis::sweep::Study as Sensitivity,
    base::{Diagnostic, Diagnostics, Disk, Files, Measure, Memory, Selector, Statistic},
    engine::{Halt, KeptFutures, Progress, Settings, Tree},
    model::{Kernel, Plan},
    outcomes::Projection,
    random::{Blocks, Shard},
    report::{
        Focus, RunResults,
        document::{Document, Rank, Section},
        explore_document, leading_option,
    },
    scenario::Scenario,
    session::{Inputs, RunRequest, RunResult, RunStudy, Session, StudyError},
};

/// On how many futures an answer is given, one after the other.
pub const STAGES: [u64; 3] = [1024, 4096, 16_384];
/// The most bytes of futures that stay in memory; what is beyond is drawn again for each answer.
const MOST_KEPT: usize = 512 << 20;

/// A scenario and its futures, kept in memory.
#[derive(Debug)]
pub struct Explorer {
    /// The files of the scenario, as they were read.
    files: Memory,
    /// The scenario as its files say it.
    session: Session,
    /// What the command line sets on top.
    start: Vec<String>,
    path: PathBuf,
    seed: u64,
    /// The plan of the files.
    plan: Plan,
    /// The futures that were evaluated last, and the plan they were drawn for.
    kept: Mutex<(Plan, Arc<KeptFutures>)>,
}

/// An answer, on so many futures.
#[derive(Debug)]
pub struct Answer {
    /// What a run of so many paths gives.
    pub result: RunResult,
    /// What the page says.
    pub document: Document,
    /// The option that is looked at, by its name in the file.
    pub option: Option<String>,
    /// Whether no better answer follows.
    pub last: bool,
}

impl Explorer {
    /// Reads a scenario; its files and history are read this once.
    ///
    /// # Errors
    /// Every error of the files and overrides at once.
    pub fn open(inputs: &Inputs, seed: u64) -> Result<Self, Diagnostics> {
        Self::open_from(&Disk, inputs, seed)
    }

    /// As [`open`](Self::open), from files that need not lie on the disk.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_from(files: &dyn Files, inputs: &Inputs, seed: u64) -> Result<Self, Diagnostics> {
        Self::of(&Session::open_from(files, inputs)?, seed)
    }

    /// As [`open`](Self::open), of a session that is open; what it sets on top of its files is where the reader begins.
    ///
    /// # Errors
    /// If it has several scenarios, or cannot be evaluated.
    pub fn of(opened: &Session, seed: u64) -> Result<Self, Diagnostics> {
        let inputs = opened.inputs();
        let [path] = inputs.scenarios.as_slice() else {
            return Err(Diagnostic::new("one scenario is explored at a time").into());
        };
        opened.plan()?;
        let files = opened.memory();
        let session = opened.with_overrides(&files, &[])?;
        let plan = session.plan()?;
        let kept = KeptFutures::new(&plan, seed, STAGES[STAGES.len() - 1], MOST_KEPT);
        Ok(Self {
            files,
            session,
            start: inputs.overrides.clone(),
            path: path.clone(),
            seed,
            kept: Mutex::new((plan.clone(), Arc::new(kept))),
            plan,
        })
    }

    /// The state that the command line asks for.
    pub fn start(&self) -> State {
        State {
            set: self.start.clone(),
            ..State::default()
        }
    }

    /// The scenario as its files say it.
    pub fn scenario(&self) -> &Scenario {
        self.session.scenario()
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    pub(super) fn files(&self) -> &Memory {
        &self.files
    }

    /// The file.
    pub(super) fn path(&self) -> &PathBuf {
        &self.path
    }

    /// The scenario with other numbers set.
    pub(super) fn variant(&self, set: &[String]) -> Result<Session, Diagnostics> {
        self.session.with_overrides(&self.files, set)
    }

    /// A plan of a variant; what both draw alike is not tabulated again.
    pub(super) fn plan_of(&self, variant: &Session, scenario: &Scenario) -> Result<Plan, Diagnostics> {
        self.plan.variant(variant.history(), scenario)
    }

    /// The packages that are pinned: each with its own levers and responses, on the futures of the state.
    fn pinned(&self, state: &State, plan: &Plan) -> Result<Vec<Pinned>, Diagnostics> {
        let pins = state.pins.iter().map(|pin| {
            let now = state.set.iter().filter(|text| changes_futures(text));
            let then = pin.set.iter().filter(|text| !changes_futures(text));
            let set: Vec<String> = now.chain(then).cloned().collect();
            let variant = self.variant(&set)?;
            let mut scenario = variant.scenario().clone();
            scenario.options.retain(|option| option.name == pin.option);
            let own = self.plan_of(&variant, &scenario)?;
            if !own.draws_as(plan) {
                return Err(Diagnostic::new(format!(
                    "the pinned package “{}” cannot be evaluated on the futures that are set now",
                    pin.name
                ))
                .into());
            }
            Pinned::new(&pin.name, own, &pin.option)
        });
        pins.collect()
    }

    /// The futures of a plan: those that are kept, if they are the same, or new ones in their place.
    fn futures_of(&self, plan: &Plan) -> Arc<KeptFutures> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.0.draws_as(plan) {
            let new = KeptFutures::new(plan, self.seed, STAGES[STAGES.len() - 1], MOST_KEPT);
            *kept = (plan.clone(), Arc::new(new));
        }
        Arc::clone(&kept.1)
    }

    /// Evaluates a state, on ever more of the kept futures, and tells each answer; the last ones also say why an option adds what it
    /// adds, and which assumption decides that. It ends early, without an
    /// error, if it is stopped or if `tell` wants no more.
    ///
    /// # Errors
    /// If the state cannot be evaluated: every reason at once.
    pub fn answer(
        &self,
        state: &State,
        progress: &Progress,
        mut tell: impl FnMut(Answer) -> bool,
    ) -> Result<(), Diagnostics> {
        state.check()?;
        let outcome = state.outcome()?;
        let variant = self.variant(&state.set)?;
        if let Some(name) = &state.option
            && !variant
                .scenario()
                .options
                .iter()
                .any(|option| option.name == *name)
        {
            let known = variant
                .scenario()
                .options
                .iter()
                .map(|option| option.name.as_str());
            return Err(Diagnostic::new("there is no such option")
                .suggest(name, known)
                .into());
        }
        let plan = self.plan_of(&variant, variant.scenario())?;
        let pins = self.pinned(state, &plan)?;
        let kept = self.futures_of(&plan);
        let told = self.stages(
            &Question {
                state,
                outcome,
                variant: &variant,
                plan: &plan,
                kept: &kept,
            },
            pins,
            progress,
            &mut tell,
        );
        match told {
            Ok(()) | Err(StudyError::Halted(Halt::Interrupted)) => Ok(()),
            Err(StudyError::Refused(errors)) => Err(errors),
            Err(error) => Err(Diagnostic::new(format!("no answer is possible: {error:?}")).into()),
        }
    }

    fn stages(
        &self,
        question: &Question<'_>,
        mut pins: Vec<Pinned>,
        progress: &Progress,
        tell: &mut dyn FnMut(Answer) -> bool,
    ) -> Result<(), StudyError> {
        let mut collected: Option<Projection> = None;
        let mut beside = Tree::default();
        let mut first = 0;
        for (stage, paths) in STAGES.into_iter().enumerate() {
            let blocks = Blocks {
                first,
                end: Blocks::of(paths).end,
            };
            first = blocks.end;
            let settings = self.settings(paths);
            let own = (!pins.is_empty())
                .then(|| Pinned::current(question.plan, question.state))
                .flatten();
            let (next, values) =
                Projection::collect_kept(question.plan, question.kept, blocks, settings, progress, || {
                    own.as_ref().map(|own| own.recorder(question.plan))
                })?;
            beside.merge(values, super::pins::fold);
            match &mut collected {
                None => collected = Some(next),
                Some(whole) => whole.merge(next),
            }
            for pin in &mut pins {
                pin.collect(question.kept, blocks, settings, progress)?;
            }
            let Some(whole) = collected.clone() else { continue };
            let final_stage = stage + 1 == STAGES.len();
            let asked = |explained: bool| RunRequest {
                paths,
                seed: self.seed,
                threads: 0,
                explained,
                why: false,
                shard: Shard::WHOLE,
            };
            let mut say = |result: &RunResult, last: bool| {
                let mut document = question.document(result);
                if let Some(own) = &own {
                    let brief = |section: &&Section| section.rank == Rank::Brief;
                    let place = document.sections.iter().take_while(brief).count();
                    let section = own.section(&pins, beside.clone());
                    document.sections.splice(place..place, section);
                }
                tell(Answer {
                    result: result.clone(),
                    document,
                    option: question.option(result),
                    last,
                })
            };
            let study = |explained| {
                question
                    .variant
                    .run_with(question.plan.clone(), &asked(explained))
            };
            let mut result = study(false).result(whole.clone(), progress)?;
            if !say(&result, false) {
                return Ok(());
            }
            if final_stage {
                // Numbers first; why an option adds what it adds; and then which assumption decides that.
                if !question.variant.scenario().options.is_empty() {
                    result = study(true).result(whole, progress)?;
                    if !say(&result, false) {
                        return Ok(());
                    }
                }
                result.sensitivity = question.drivers(&result, &study(true), progress)?;
                say(&result, true);
            }
        }
        Ok(())
    }

    fn settings(&self, paths: u64) -> Settings {
        Settings {
            paths,
            seed: self.seed,
            threads: 0,
            kernel: Kernel::detect(),
            shard: Shard::WHOLE,
        }
    }
}

/// A state that is being evaluated.
struct Question<'a> {
    state: &'a State,
    outcome: (crate::base::Place, crate::base::Metric),
    variant: &'a Session,
    plan: &'a Plan,
    kept: &'a KeptFutures,
}

impl Question<'_> {
    /// The option that is looked at, by its name in the file.
    fn option(&self, result: &RunResult) -> Option<String> {
        let leading = || leading_option(&result.summary).map(str::to_owned);
        self.state.option.clone().or_else(leading)
    }

    /// Which assumption decides the outcome that is looked at: what the option adds to it at the horizon, or its level where there is
    /// none. Nothing where nothing is uncertain.
    fn drivers(
        &self,
        result: &RunResult,
        study: &RunStudy<'_>,
        progress: &Progress,
    ) -> Result<Option<Sensitivity>, StudyError> {
        let option = self.option(result);
        let (place, metric) = self.outcome;
        let outcome = Selector {
            measure: Measure::Metric {
                place,
                metric,
                year: None,
                extra: option.is_some(),
            },
            option,
            statistic: Statistic::default(),
        };
        match study.sensitivity(&[outcome], progress) {
            Ok(found) => Ok(Some(found)),
            Err(StudyError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn document(&self, result: &RunResult) -> Document {
        let results = RunResults {
            summary: &result.summary,
            explanations: &result.explanations,
            sensitivity: result.sensitivity.as_ref(),
            record: &result.record,
            history: &result.history,
            command: &result.record.command,
        };
        let (place, metric) = self.outcome;
        explore_document(
            results,
            Focus {
                option: self.state.option.as_deref(),
                place,
                metric,
            },
        )
    }
}
