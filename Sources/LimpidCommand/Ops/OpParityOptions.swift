import ArgumentParser
import Conformance
import Diagnostics
import Execution
import OpenCL
import OpenCLExecutor
import Paths
import Pictures

/// What `parity --ops` compares.
struct OpParityOptions: ParsableArguments {
  @Flag(help: "Compare ops instead of a network; --device may name several (0,1), or all.")
  var ops = false

  @Option(help: "This many random cases instead of the registered ones; --seed decides them.")
  var random: Int?

  @Option(help: "The number of the first random case of each kind of op.")
  var from = 0

  @Option(help: "Compare with this device instead of the reference.")
  var against: String?

  @Flag(help: "Demand equal bits, in strict arithmetic; needs --against.")
  var bits = false

  @Option(help: "Write the cases to this file in JUnit's XML.")
  var junit: Path?

  @Option(
    name: .shortAndLong,
    help: "Processes that run cases at the same time; up to four, one for each core, when left out."
  )
  var jobs: Int?

  @Option(
    name: [.customShort("o"), .long],
    help: """
      With --ops: md, json, or jsonl, which has a line for each case as soon as it ends, and the \
      object of json as the last line.
      """)
  var outputFormat: OpParityFormat?

  func validate() throws {
    let isNarrowed = random != nil || against != nil || bits || from != 0
    guard ops || !(isNarrowed || junit != nil || jobs != nil || outputFormat != nil) else {
      throw ValidationError(
        "--random, --from, --against, --bits, --junit, --jobs and --output-format belong to --ops")
    }
    guard (1...256).contains(jobs ?? 1) else { throw ValidationError("--jobs is 1 to 256") }
    guard !bits || against != nil else { throw ValidationError("--bits needs --against") }
    guard random.map({ (1...10_000_000).contains($0) }) ?? true else {
      throw ValidationError("--random is 1 to 10000000")
    }
    guard (0...1_000_000_000).contains(from) else {
      throw ValidationError("--from is 0 to 1000000000")
    }
  }

  /// Processes that run cases at the same time.
  var processes: Int { jobs ?? OpParity.usualJobs }

  /// - Parameter filter: what the cases' names hold.
  func campaign(_ filter: String, seed: Int) throws(LimpidError) -> OpCampaign {
    let campaign =
      random.map { OpCampaign(random: $0, seed: seed, from: from, filter) }
      ?? OpCampaign(registered: filter)
    guard !campaign.references.isEmpty else {
      throw LimpidError(.usage, "no case has '\(filter)' in its name")
    }
    return campaign
  }

  /// Every use of every device that the options leave.
  func comparisons(
    _ options: DeviceOptions, _ family: KernelFamily?
  ) throws(LimpidError) -> [OpComparison] {
    let baseline = try against.map { text throws(LimpidError) in
      try Devices.chosen(DeviceOptions.choice(text))
    }
    var comparisons: [OpComparison] = []
    for (index, device) in try DeviceOptions.openCLDevices(options.device) {
      let variants = bits ? ExecutorVariant.strict(for: device) : ExecutorVariant.all(for: device)
      for variant in variants where options.keeps(variant, family) {
        let other = baseline.map {
          OpComparison.Side(device: $0.index, variant.own(to: $0.device))
        }
        comparisons.append(
          OpComparison(.init(device: index, variant), against: other, isExact: bits))
      }
    }
    guard comparisons.isEmpty else { return comparisons }
    throw LimpidError(
      .usage, "the device has no kernels of this --dtype, --math and --kernel-family")
  }
}

/// How `parity --ops` tells what it found.
enum OpParityFormat: String, ExpressibleByArgument, CaseIterable {
  case md, json, jsonl
}

extension DeviceOptions {
  /// The OpenCL devices that are named, with their places among ``Devices``.
  /// - Parameter names: such as `0,1`, or `all`.
  static func openCLDevices(
    _ names: String
  ) throws(LimpidError) -> [(index: Int, device: Device)] {
    if names == "all" {
      return try Devices.openCL().enumerated().map { (index: $0.offset, device: $0.element) }
    }
    var chosen: [(index: Int, device: Device)] = []
    for name in names.split(separator: ",") {
      let choice = try choice(String(name))
      guard choice != .reference else {
        throw LimpidError(
          .usage, "the reference is what devices are compared with; choose another")
      }
      let found = try Devices.chosen(choice)
      if !chosen.contains(where: { $0.index == found.index }) { chosen.append(found) }
    }
    return chosen
  }

  /// Whether a way to use a device is not left out.
  fileprivate func keeps(_ variant: ExecutorVariant, _ family: KernelFamily?) -> Bool {
    (chosenDType.map { $0 == variant.dtype } ?? true)
      && (chosenMath.map { ($0 == .fast) == variant.math.isFast } ?? true)
      && (family.map { $0 == variant.family } ?? true)
  }
}
