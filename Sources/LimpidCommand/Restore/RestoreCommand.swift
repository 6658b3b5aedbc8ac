import ArgumentParser
import Batch
import Glibc
import Images
import Models
import Paths
import Pictures
import Restoration
import Tensors

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restores images.",
    discussion: """
      Size, bit depth, transparency, colour profile and metadata of an image stay as they are. \
      An output appears whole or not at all; inputs are never overwritten unless --in-place says \
      so. Folders are restored with their subfolders, into the same subfolders of the output.
      """,
    aliases: ["run"])

  @OptionGroup(title: "Images") var inputs: InputOptions

  @OptionGroup(title: "The network") var network: ModelOptions

  @OptionGroup var options: DeviceOptions
  @OptionGroup(title: "Outputs") var writing: WritingOptions
  @OptionGroup(title: "The run") var running: RunOptions
  @OptionGroup(title: "Quality") var measuring: MeasuringOptions

  @OptionGroup(title: "Tiles") var tiles: TileOptions
  @OptionGroup(title: "NAFNet, Restormer and PromptIR") var statistics: StatisticsOptions
  @OptionGroup(title: "Models that sample") var sampling: SamplingOptions
  @OptionGroup(title: "C2F-DFT and Up-Restorer") var patches: PatchOptions
  @OptionGroup(title: "AutoDIR") var autoDIR: AutoDIROptions
  @OptionGroup(title: "AutoDIR and LMDIR") var rounds: RoundOptions
  @OptionGroup(title: "AutoDIR and MRIR") var latents: LatentOptions
  @OptionGroup(title: "MRIR") var mrir: MRIROptions
  @OptionGroup(title: "LMDIR and MRIR") var captions: CaptionOptions
  @OptionGroup(title: "LMDIR") var lmdir: LMDIROptions
  @OptionGroup(title: "LMDIR and TextualDegRemoval") var references: ReferenceOptions
  @OptionGroup(title: "TextualDegRemoval") var textualDegRemoval: TextualDegRemovalOptions

  @Flag(
    name: [.customShort("x"), .long],
    help: "Restore images in their eight orientations and take the mean, in eight times the time.")
  var tta = false

  @Option(
    name: [.long, .customLong("outscale")],
    help: """
      Sides of the result in sides of the image, 1 to 16: as many as the network makes of one, or \
      fewer by bicubic resampling.
      """)
  var scale: Int?

  @Option(help: "auto, bar, json or none.")
  var progress = ProgressStyle.auto

  @Flag(help: "The same as --progress json: one JSON object per line on standard output.")
  var json = false

  @OptionGroup var optionsFile: OptionsFile
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    try requireFollowable()
    if inputs.inPlace, running.resume != nil || inputs.skipExisting {
      throw ValidationError("--in-place knows what is done by the .orig files; it resumes nothing")
    }
    if inputs.readsStream, captions.describing.describer != nil {
      throw ValidationError("--describer looks at files, not at standard input")
    }
    if writesStream, running.resume != nil {
      throw ValidationError("--resume needs an output that is a file, not a pipe")
    }
    guard (1...16).contains(scale ?? 1) else { throw ValidationError("--scale is 1 to 16") }
    if writesStream,
      rounds.keepSteps || autoDIR.keepBoth || references.keepReferences || patches.keepTransmission
    {
      throw ValidationError("what is kept beside an output needs an output that is a file")
    }
    guard autoDIR.degradations == nil || latents.prompt.isEmpty else {
      throw ValidationError("--degradations and --prompt exclude each other")
    }
  }

  func run() throws {
    Interruption.install()
    let modelPath = try network.path ?? BuiltInModel(enlarging: scale).path
    let model = try Model(modelPath)
    if !network.allowUnused { try model.requireNoneUnused() }
    var chosen = try systemOptions()
    let system = try RestorationSystems.system(for: model, accepting: chosen)
    chosen = RestorationSystems.completed(chosen, for: model)
    let describing = try describing(for: system, chosen)
    if let describing { chosen.describer = describing.answers.identity }
    if case .drawn = sampling.seed { Terminal.complain("seed \(chosen.seed)") }
    let guides = GuideSources(system.guides(chosen), chosen)
    let recipe = try Recipe(model, system.settings(chosen), chosen, self)
    var request = try inputs.request(
      writing.format?.imageFormat, model: recipe.modelStem, overwrites: writing.overwrite)
    request.naming.scale = system.scale(chosen, of: model)
    let followed = try inputs.followed
    var list = try JobList(request)
    try list.settle(resumption(in: list.folder, recipe, guides))
    var files = files(recipe)
    var batch = try batch(recipe, chosen, modelPath)
    let frames = try takeUpInput(of: list, &files)
    if frames != nil || writesStream {
      batch.output.format = frames != nil ? .y4m : try streamFormat(files, list)
    }
    batch.guides = guides
    if running.dryRun {
      try DryRun(list, batch).perform()
      return
    }
    if let describing, !list.jobs.isEmpty {
      files.ledger = try ledger(of: list, recipe)
      let told = try describing.texts(
        about: list.jobs, beside: guides, resuming: running.resume != nil, files.ledger)
      batch.guides = GuideSources(system.guides(chosen), chosen, told: told)
    }
    let hasWork = followed != nil || !list.jobs.isEmpty
    let services = hasWork ? try BatchRun.startServices(batch) : []
    try Interruption.check()
    files.ledger = try files.ledger ?? ledger(of: list, recipe)
    StaleFiles.sweep(Set(list.jobs.map(\.output.folder)))
    let feed = feed(followed, request.naming, of: list, files)
    let run = RestoreRun(
      list: list, recipe: recipe, batch: batch, files: files, running: running,
      reporter: reporter, logger: verbosity.logger)
    try perform(run, frames, feed, on: services)
  }

  /// - Parameters:
  ///   - frames: nil where images are restored.
  ///   - feed: where images come from, unless it is the list.
  private func perform(
    _ run: RestoreRun, _ frames: FrameRestoration?, _ feed: PathFeed?,
    on services: [any RestorationService]
  ) throws {
    guard let frames else { return try run.perform(on: services, feed) }
    try frames.perform(resuming: running.resume != nil, run.recipe.fingerprint) {
      try run.perform(on: services, $0)
    }
  }

  /// What earlier runs did, where that counts.
  private func resumption(
    in folder: Path?, _ recipe: Recipe, _ guides: GuideSources
  ) -> Resumption? {
    guard let resume = running.resume, let folder else { return nil }
    return Resumption(
      folder: folder, fingerprint: recipe.fingerprint, guides: guides,
      hashesInputs: resume == .hash)
  }

  /// Begins to record the run; nil for a single image.
  private func ledger(of list: JobList, _ recipe: Recipe) throws -> Ledger? {
    guard let folder = list.folder else { return nil }
    let ledger = try Ledger(folder: folder, shard: inputs.shard)
    try ledger.begin(
      inputs.shard, images: list.jobs.count + list.skipped.count + list.lost.count,
      fingerprint: recipe.fingerprint)
    try ledger.record(list.lost, list.passedOver, fingerprint: recipe.fingerprint)
    return ledger
  }

  /// Reads what comes from standard input, unless it is frames, which come as they are restored.
  private func takeUpInput(
    of list: JobList, _ files: inout FileOptions
  ) throws(LimpidError) -> FrameRestoration? {
    var standardInput = inputs.readsStream ? StandardInput.stream : nil
    if let job = list.jobs.first, list.folder == nil {
      let frames = try FrameRestoration(
        job, from: &standardInput, writing.format?.imageFormat, overwrites: writing.overwrite)
      if let frames {
        try refuseForFrames()
        if writesStream { try Self.requireNoTerminal() }
        return frames
      }
    }
    files.standardInput = try standardInput?.rest(limit: ImageLimits().fileBytes)
    return nil
  }

  private func refuseForFrames() throws(LimpidError) {
    guard !running.dryRun, measuring.referenceFolder == nil, captions.describing.describer == nil
    else {
      throw LimpidError(
        .usage, "--dry-run, --reference-folder and --describer take pictures, not frames")
    }
  }

  private static func requireNoTerminal() throws(LimpidError) {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw LimpidError(.usage, "standard output is a terminal; lead it to a file or a program")
    }
  }

  private func batch(
    _ recipe: Recipe, _ system: SystemOptions, _ model: Path
  ) throws -> BatchOptions {
    var batch = BatchOptions()
    batch.loaders = running.jobs.loaders
    batch.savers = running.jobs.savers
    batch.batching = running.batchSize
    batch.start = Worker.start(patience: .seconds(running.watchdog))
    batch.output = recipe.output
    batch.references = try measuring.references()
    let dtype = recipe.precision.dtype
    batch.devices = try options.devices.map { try worker($0, dtype, system, model) }
    batch.fallback = try running.fallback.map { try worker($0, dtype, system, model) }
    return batch
  }

  private func files(_ recipe: Recipe) -> FileOptions {
    var files = FileOptions()
    files.fingerprint = recipe.fingerprint
    files.hashesInputs = running.resume == .hash
    files.overwrites = writing.overwrite
    files.keepsOriginals = inputs.keepOriginals
    files.keepsTimes = writing.keepTimes
    return files
  }

  func systemOptions() throws(LimpidError) -> SystemOptions {
    var options = SystemOptions()
    tiles.apply(to: &options)
    statistics.apply(to: &options)
    sampling.apply(to: &options)
    patches.apply(to: &options)
    autoDIR.apply(to: &options)
    rounds.apply(to: &options)
    try latents.apply(to: &options)
    try mrir.apply(to: &options)
    try captions.apply(to: &options)
    try lmdir.apply(to: &options)
    references.apply(to: &options)
    try textualDegRemoval.apply(to: &options)
    (options.batching, options.isEnsemble, options.scale) = (running.batchSize, tta, scale)
    return options
  }

  private func worker(
    _ device: String, _ dtype: DType, _ system: SystemOptions, _ model: Path
  ) throws(LimpidError) -> WorkerOptions {
    _ = try DeviceOptions.choice(device)
    var worker = WorkerOptions()
    worker.model = model
    worker.device = device
    worker.dtype = dtype
    worker.isStrict = options.math == .strict
    worker.system = system
    worker.memoryLimit = running.memoryLimit
    worker.processes = running.jobs.processes
    return worker
  }

  private var writesStream: Bool { inputs.output == JobRequest.stream }

  /// What standard output is written in: what was chosen, or else what the input is in.
  private func streamFormat(_ files: FileOptions, _ list: JobList) throws -> ImageFormat {
    if !running.dryRun { try Self.requireNoTerminal() }
    if let format = writing.format?.imageFormat { return format }
    guard let input = list.jobs.first?.input else { return .png }
    do {
      let bytes = try files.standardInput ?? InputFile.read(input, limit: ImageLimits().fileBytes)
      return try bytes.withUnsafeBytes { try ImageFormat(recognising: $0) }
    } catch {
      throw LimpidError(error, subject: inputs.readsStream ? "standard input" : input)
    }
  }

  private var reporter: any Reporter {
    switch json ? .json : progress {
    case .json: JSONReporter(sparesOutput: writesStream)
    case .none: SilentReporter()
    case .bar: BarReporter()
    case .auto where verbosity.quiet: SilentReporter()
    case .auto where Terminal.isInteractive: BarReporter()
    case .auto: LineReporter()
    }
  }
}

enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  case auto, bar, json, none
}
