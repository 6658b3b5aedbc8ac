import Foundation
import Images
import Testing

/// Folders on a GPU, which has two processes, and what goes wrong on GPUs alone.
@Suite(.serialized) struct GPUTests {
  private static let count = 8

  private static func folder(side: Int = 24) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for i in 0..<count {
      try folder.write(SampleFiles.image(width: side + 8 * (i % 2), height: side), "in/\(i).png")
    }
    return folder
  }

  /// What the reference makes of the pictures of ``folder(side:)``.
  private static let expected = Result {
    let folder = try Self.folder()
    let outcome = try Command.run(
      ["restore", "-g", "reference", "-i", "in", "-o", "out"], in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return try Dictionary(
      uniqueKeysWithValues: folder.images(in: "out").map { ($0, try folder.image("out/\($0)")) })
  }

  private static let restore = [
    "restore", "-g", "0", "--dtype", "f32", "-i", "in", "-o", "out", "--json",
  ]

  private static func restore(
    _ folder: TemporaryFolder, _ gpu: ImitatedGPU, _ arguments: [String] = [],
    _ settings: [String: String] = [:]
  ) throws -> Command.Outcome {
    try Command.run(
      restore + arguments, in: folder,
      environment: try gpu.environment(settings.merging(["RECORD": folder.path("record")]) { $1 }))
  }

  /// Whole, resumed after it was killed, and again: the same files, as on the CPU but for rounding.
  @Test(arguments: ImitatedGPU.all)
  func foldersAreRestoredAndResumed(_ gpu: ImitatedGPU) throws {
    let folder = try Self.folder()
    let run = try Command(
      Self.restore + ["--resume"], in: folder, environment: try gpu.environment())
    run.wait(for: "image_done")
    #expect(run.children.count == 2, "a GPU has two processes")
    run.endAtOnce()
    let outcome = try Self.restore(folder, gpu, ["--resume"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.images(in: "out").count == Self.count)
    let refusals = try folder.record().filter { $0["refused"] != nil }
    #expect(refusals.isEmpty, "\(refusals)")
    let expected = try Self.expected.get()
    for name in folder.images(in: "out") {
      let (made, wanted) = (try folder.image("out/\(name)"), try #require(expected[name]))
      let error = zip(made.samples, wanted.samples).map { abs($0 - $1) }.max() ?? 1
      #expect(error <= 1.01 / 255, "\(name)")
    }
  }

  /// Pixels travel in as many bytes as a file has for them, through pinned memory alone, and
  /// results as floats.
  @Test(arguments: [Image.Depth.eight, .sixteen])
  func pixelsTravelAsTheyAre(_ depth: Image.Depth) throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 24, height: 24, depth: depth), "in.png")
    // What was found out about the device is remembered: the second run transfers nothing else.
    for run in ["first", "second"] {
      let outcome = try Command.run(
        ["restore", "-g", "0", "-i", "in.png", "-o", "\(run).png"], in: folder,
        environment: try ImitatedGPU.radeon.environment(["RECORD": folder.path(run)]))
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let counts = try #require(try folder.record("second").last)
    let numbers = 3 * 24 * 24
    #expect(counts["pinned_written"] as? Int == numbers * depth.rawValue / 8)
    #expect(counts["pinned_read"] as? Int == numbers * 4)
    #expect(counts["pageable"] as? Int == 0)
  }

  /// Memory that others have taken is missed when it is used: tiles, and then a failure that may be
  /// tried again.
  @Test func memoryRunsOutLate() throws {
    let folder = try Self.folder(side: 144)
    let outcome = try Self.restore(folder, .h100, [], ["FREE": "\(8 << 20)"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"tile\": \""))
    let little = try Self.restore(folder, .h100, ["--overwrite"], ["FREE": "\(1 << 20)"])
    #expect(little.code == 75, "\(little.errors)")
  }

  /// A launch that finds no resources costs a retry in the same process.
  @Test func aLaunchMayBeRefused() throws {
    let folder = try Self.folder()
    try folder.write([], "once")
    let outcome = try Self.restore(
      folder, .h100, [], ["REFUSE": "60", "ONCE": folder.path("once")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(!folder.files.contains("once"))
    #expect(folder.images(in: "out").count == Self.count)
    #expect(!outcome.errors.contains("process ended"))
  }

  /// A kernel that dies takes its context along: the process is started again, nobody tries smaller
  /// tiles in what is left of it.
  @Test func aKernelMayDie() throws {
    let folder = try Self.folder()
    try folder.write([], "once")
    let outcome = try Self.restore(
      folder, .h100, [], ["KILL": "60", "ONCE": folder.path("once")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(!folder.files.contains("once"))
    #expect(folder.images(in: "out").count == Self.count)
    #expect(outcome.errors.components(separatedBy: "process ended").count == 2, "\(outcome.errors)")
  }

  /// Two processes on one GPU share its memory: what fits one of them whole is cut for two.
  @Test func processesShareMemory() throws {
    let folder = try Self.folder(side: 144)
    let memory = ["MEMORY": "\(12 << 20)"]
    let alone = try Self.restore(folder, .h100, ["-j", "2:1:2"], memory)
    #expect(alone.code == 0 && !alone.output.contains("\"tile\": \""), "\(alone.errors)")
    let shared = try Self.restore(folder, .h100, ["-j", "2:2:2", "--overwrite"], memory)
    #expect(shared.code == 0 && shared.output.contains("\"tile\": \""), "\(shared.errors)")
  }

  /// A compiler that allows half of the work-items that the tiles have: smaller tiles.
  @Test func aKernelMayAllowFewerItems() throws {
    let folder = try Self.folder()
    let outcome = try Self.restore(folder, .radeon, [], ["OWN_GROUP": "128"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.record().allSatisfy { $0["refused"] == nil })
  }
}
