// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What a build does, as a value: made from the Dockerfile, the options and the base images' configurations, without
/// asking the kernel anything. Steps come after those they need.
public struct BuildPlan: Sendable {
    public var steps: [BuildStep]
    /// The stages that are needed, in the order of the Dockerfile.
    public var stages: [PlannedStage]
    /// The index in ``stages`` of the one that becomes the image.
    public var target: Int
    /// For a person, once.
    public var notes: [String]
    /// `SOURCE_DATE_EPOCH`, in seconds since 1970: no file of a layer is younger, and directories that WORKDIR makes are
    /// as old. It is in `created` and `history` already.
    public var epoch: Int64?
    /// `BUILDKIT_SBOM_SCAN_CONTEXT`: whether a bill of materials is also of the context.
    public var scansContext = false
    /// The variables that were asked for and are set nowhere, for the checks.
    public var undefinedVariables: [UndefinedVariable]

    public init(
        steps: [BuildStep], stages: [PlannedStage], target: Int, notes: [String] = [], epoch: Int64? = nil,
        undefinedVariables: [UndefinedVariable] = []
    ) {
        self.steps = steps
        self.stages = stages
        self.target = target
        self.notes = notes
        self.epoch = epoch
        self.undefinedVariables = undefinedVariables
    }
}

/// A variable that an instruction asks for and that is not set there.
public struct UndefinedVariable: Hashable, Sendable {
    public var name: String
    /// The one that was probably meant.
    public var nearest: String?
    /// Of the instruction; nil for one of a base image's ONBUILD.
    public var range: SourceRange?
    /// Whether it is FROM, which sees nothing but the arguments above the first one.
    public var isInFrom: Bool

    public init(name: String, nearest: String?, range: SourceRange?, isInFrom: Bool) {
        self.name = name
        self.nearest = nearest
        self.range = range
        self.isInFrom = isInFrom
    }
}

/// A stage as it ends.
public struct PlannedStage: Sendable {
    /// Its name in lower case, or `stage-N`.
    public var name: String
    /// Its place in the Dockerfile, from 0.
    public var index: Int
    public var base: BaseReference
    /// The files at its end.
    public var files: TreeReference
    /// What the image of the stage says: layers' digests (`diffIDs`) are filled in when they are known.
    /// `history` is complete; each entry that is no empty layer belongs to a layer, in order.
    public var configuration: ImageConfiguration
    /// The steps of the stage, in order, by their place in ``BuildPlan/steps``.
    public var steps: [Int]
    /// `BUILDKIT_SBOM_SCAN_STAGE`: whether a bill of materials is also of this stage. It is of the target anyway.
    public var isScanned = false
    public init(
        name: String, index: Int, base: BaseReference, files: TreeReference, configuration: ImageConfiguration,
        steps: [Int]
    ) {
        self.name = name
        self.index = index
        self.base = base
        self.files = files
        self.configuration = configuration
        self.steps = steps
    }
}

/// What FROM leads to.
public enum BaseReference: Hashable, Sendable {
    case scratch
    /// An image, by the name it was resolved under.
    case image(String)
    /// An earlier stage, by its place in the Dockerfile.
    case stage(Int)
    /// A context's files, by its name: they are copied by the stage's first step, and are its first layer.
    case context(String)
}

/// A tree of files that a step starts from or reads.
public enum TreeReference: Hashable, Sendable {
    case empty
    /// The root of an image of the store, by the name under which ``BuildResolver`` gave it.
    case image(String)
    /// What a step left: everything below it included.
    case step(Int)
    /// A context: `""` for the one of the command line, otherwise its name.
    case context(String)
}

/// One thing to do that makes a layer.
public struct BuildStep: Sendable {
    /// Its place in ``BuildPlan/steps``.
    public var id: Int
    /// The stage's name, its place among the stages' steps from 1, and how many there are: `[build 2/5]`. An image that
    /// is a stage's base counts as its first. The name is empty where there is one stage only: `[2/5]`.
    public var stage: String
    public var number: Int
    public var count: Int
    /// The instruction as a person reads it, variables expanded: `RUN make`, or `ONBUILD RUN make`.
    public var text: String
    /// Where it is in the Dockerfile; nil for a step of a base image's ONBUILD.
    public var range: SourceRange?
    /// What the step starts from.
    public var parent: TreeReference
    public var operation: Operation
    /// Whether the cache is not asked (`--no-cache`, `--no-cache-filter`).
    public var ignoresCache: Bool

    public init(
        id: Int, stage: String, number: Int, count: Int, text: String, range: SourceRange?, parent: TreeReference,
        operation: Operation, ignoresCache: Bool = false
    ) {
        self.id = id
        self.stage = stage
        self.number = number
        self.count = count
        self.text = text
        self.range = range
        self.parent = parent
        self.operation = operation
        self.ignoresCache = ignoresCache
    }

    public enum Operation: Hashable, Sendable {
        case run(RunOperation)
        case copy(CopyOperation)
        /// WORKDIR: makes a directory and those above it, 0755, as `user` (as USER has it) owns them.
        case makeDirectory(path: String, user: String)
    }
}
