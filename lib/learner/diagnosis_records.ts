/** What a diagnosis goes by, besides activations. */

/** What was recorded of one parameter; one number for each recorded step in each list. */
export interface ParameterFigures {
  /** Its path, such as `2.weight`. */
  readonly name: string;
  /** The place and class of the module that has it, such as `2 Linear`. */
  readonly module: string;
  /** Whether it requires gradients. */
  readonly requiresGrad: boolean;
  /** Whether the optimiser has it. */
  readonly optimised: boolean;
  /** Which training batch each recorded step ended, counted from 0 through all epochs. Default: {@linkcode DiagnosisRecords.batches}. */
  readonly batches?: readonly number[];
  /** In how many of the recorded steps backward had given it a gradient, be it 0. */
  readonly reached?: number;
  /** Norm of its gradient, as the step used it; 0 where there was none. */
  readonly gradients?: readonly number[];
  /** Norm of what a step changed, divided by the parameter's norm before it. */
  readonly updates?: readonly number[];
}

/** How a module that behaves differently in training and in evaluation was run in training. */
export interface ModeFigures {
  /** Its path and class, such as `1 (BatchNorm2d)`. */
  readonly name: string;
  /** Whether it takes its statistics from the samples of a batch. */
  readonly batchNorm: boolean;
  /** Samples in each training batch that it saw. */
  readonly samples: readonly number[];
  /** Training batches that it saw in evaluation mode, counted from 0 through all epochs. */
  readonly inEvaluation: readonly number[];
}

/** What was recorded of the inputs of each recorded batch, as the model got them. */
export interface InputFigures {
  /** Mean of all elements; not finite where one is not. */
  readonly mean: readonly number[];
  /** Standard deviation of all elements. */
  readonly std: readonly number[];
  /** The same across the samples of a batch, in the quadratic mean over places: what tells one sample from another. */
  readonly signal: readonly number[];
}

/** What was recorded of a classifier's batches, whose targets are class numbers. */
export interface ClassFigures {
  /** For each recorded batch, how many samples it has of each class. */
  readonly counts: readonly (readonly number[])[];
  /** For each recorded batch, the share of samples whose class had the highest output. */
  readonly accuracy: readonly number[];
  /** For each recorded batch, the mean of −log softmax(outputs) of the right classes: what cross-entropy would be, whatever the loss is. */
  readonly surprise: readonly number[];
  /** The mean of each output in the first batch, before anything was learnt. */
  readonly firstOutputs: readonly number[];
  /** The quadratic mean of the outputs' deviations across samples in the first batch. */
  readonly firstSpread: number;
}

/** Gradients that were still there when backward began. */
export interface LeftGradients {
  /** The training batch, counted from 0 through all epochs. */
  readonly batch: number;
  /** Their norm over that of the gradients which the step before had used: 1 if they are all there. */
  readonly share: number;
}

/** What the model and the Learner have in place, so that no remedy names it again. */
export interface SetupFacts {
  /** The path and class of the last module with parameters. */
  readonly lastLayer?: string;
  /** Whether there are normalisation layers. */
  readonly norms?: boolean;
  /** The paths and classes of those that take their statistics from the samples of a batch. */
  readonly batchNorms?: readonly string[];
  /** Whether the first module with parameters is one: it makes inputs of any scale the same. */
  readonly beginsWithNorm?: boolean;
  /** Whether all rectifiers leak, or the model has smooth activations only. */
  readonly leaks?: boolean;
  /** Whether a callback normalises the inputs. */
  readonly normalizes?: boolean;
  /** Whether gradients are clipped. */
  readonly clips?: boolean;
  /** Whether the rate is scheduled. */
  readonly schedules?: boolean;
  /** Whether NonFiniteCB is there. */
  readonly guards?: boolean;
  /** Whether training batches are drawn in a random order; missing where the loader does not tell. */
  readonly shuffles?: boolean;
  /** Samples in a training batch. */
  readonly batchSize?: number;
}

/** What {@linkcode DiagnoseCB} recorded. */
export interface DiagnosisRecords {
  /** Which training batch each entry of the records below is of, but for the parameters', counted from 0 through all epochs. */
  readonly batches: readonly number[];
  /** All parameters of the model. */
  readonly parameters: readonly ParameterFigures[];
  /** Inputs of the model; missing if they are no numbers, such as an embedding's. */
  readonly inputs?: InputFigures;
  /** Missing unless outputs are [n, classes] and targets class numbers [n]. */
  readonly classes?: ClassFigures;
  /** Modules with a mode; none if the model has none. */
  readonly modes: readonly ModeFigures[];
  /** Gradients that no one had zeroed. */
  readonly left: readonly LeftGradients[];
}
