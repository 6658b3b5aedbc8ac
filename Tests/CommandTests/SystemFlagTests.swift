import Foundation
import Models
import Paths
import Pictures
import Restoration
import Testing

@testable import LimpidCommand

/// Every flag of `limpid restore` on every system: it counts, or it is refused by its name.
@Suite struct SystemFlagTests {
  /// Flags that systems do not see: about files, devices and the run.
  private static let others: Set = [
    "input", "output", "files-from", "follow", "recursive", "no-recursive", "include", "exclude",
    "page", "orientation", "suffix", "name-template", "limit", "shard", "in-place",
    "keep-originals",
    "no-keep-originals", "skip-existing", "model", "model-path", "allow-unused", "device", "dtype",
    "math", "format", "quality", "compression", "bit-depth", "dither", "background",
    "strip-metadata", "strip-gps", "keep-times", "embed-settings", "no-embed-settings", "alpha",
    "color-space", "reference-folder", "channels", "crop-border",
    "overwrite", "resume", "dry-run", "fail-fast", "grace", "jobs", "max-vram", "fallback",
    "watchdog", "progress", "json", "config", "verbose", "quiet", "help", "version",
    // What is on anyway.
    "cache-references", "image-context",
  ]

  /// Words that give the other flags other values than they have.
  private static let words: [String: [String]] = [
    "tile": ["64"], "tile-overlap": ["8"], "vae-tile": ["64"], "tlc": ["64"],
    "tlc-window": ["80", "--tlc", "64"], "steps": ["7"], "guidance-scale": ["2"], "eta": ["1"],
    "rng": ["cpu"], "seed": ["7"], "seed-mode": ["fixed"],
    "patch": ["32"], "stride": ["8", "--patch", "32"],
    "degradation-text": ["rain"], "content-text": ["a cat"], "prompt": ["a cat"],
    "caption-command": ["true"], "caption-timeout": ["5"], "reference-image": ["a.png"],
    "question": ["What is it?"], "describer": ["llava"], "describer-tokens": ["8"],
    "describer-model": ["a", "--describer", "http://localhost"],
    "describer-key": ["a", "--describer", "http://localhost"], "describer-timeout": ["5"],
    "describer-retries": ["0"], "describer-requests": ["1"],
    "reference-size": ["64"], "reference-cache": ["a"], "no-cache-references": [],
    "keep-steps": [], "degradations": ["blur"], "loop-steps": ["2"],
    "assessment-crops": ["2"], "structure-weight": ["code"],
    "cfg-text": ["2"], "cfg-image": ["2"], "truncate": [], "upscale": ["2"],
    "need-resize": ["64"], "keep-both": [], "process-size": ["64"], "keep-references": [],
    "keep-transmission": [],
    "right-view": ["a.png"], "template": ["a picture of a {}"], "token-index": ["1"],
    "quality-prompt": ["clean"], "negative-prompt": ["dirt"],
    "controlnet-conditioning-scale": ["0.5"], "no-image-context": [], "start": ["noise"],
    "color-fix": ["adain"], "scale": ["1"], "tta": [], "batch-size": ["2"],
  ]

  /// Which of them a system takes, with a network whose statistics can be taken over windows.
  private static let taken: [(system: any RestorationSystem.Type, flags: String)] = [
    (TiledSystem<SinglePass>.self, "scale"),
    (
      TiledSystem<SampledDenoiser>.self,
      "steps rng seed seed-mode eta patch stride keep-transmission"
    ),
    (
      AutoDIRSystem.self,
      """
      vae-tile steps rng seed seed-mode keep-steps prompt degradations loop-steps \
      assessment-crops structure-weight cfg-text cfg-image truncate upscale need-resize \
      keep-both color-fix
      """
    ),
    (
      LMDIRSystem.self,
      """
      steps rng seed seed-mode guidance-scale keep-steps degradation-text content-text \
      caption-command caption-timeout question describer describer-tokens describer-model \
      describer-key describer-timeout describer-retries describer-requests reference-image \
      reference-size reference-cache \
      no-cache-references keep-references
      """
    ),
    (
      TextualDegRemovalSystem.self,
      """
      steps rng seed seed-mode guidance-scale reference-image reference-size reference-cache \
      no-cache-references keep-references template token-index right-view
      """
    ),
    (
      MRIRSystem.self,
      """
      vae-tile steps rng seed seed-mode guidance-scale prompt caption-command caption-timeout \
      question describer describer-tokens describer-model describer-key describer-timeout \
      describer-retries describer-requests upscale process-size quality-prompt negative-prompt \
      controlnet-conditioning-scale no-image-context start color-fix
      """
    ),
  ]
  private static let takenByAll: Set<Substring> = [
    "tile", "tile-overlap", "tlc", "tlc-window", "tta", "batch-size",
  ]
  /// Those that no output depends on.
  private static let idle: Set = [
    "caption-timeout", "describer-timeout", "describer-retries", "describer-requests",
    "reference-cache", "no-cache-references", "keep-steps", "keep-both",
    "keep-references", "keep-transmission", "batch-size",
  ]

  private static var flags: [FlagTable.Flag] {
    get throws {
      try #require(
        FlagTable.all(of: RootCommand.self).first { $0.subcommands.contains("restore") }
      ).flags
    }
  }

  private static func command(_ words: [String]) throws -> RestoreCommand {
    try RestoreCommand.parse(["-i", "in.png", "-o", "out.png"] + words)
  }

  private static func fingerprint(of command: RestoreCommand) throws -> String {
    let options = try command.systemOptions()
    return try Recipe(try Model(.denoiser), [], options, command).fingerprint
  }

  @Test func everyFlagIsKnownHere() throws {
    let names = Set(try Self.flags.map(\.name))
    #expect(names.subtracting(Self.others) == Set(Self.words.keys))
    #expect(
      Set(RestorationSystems.options.values.map { ($0.isOnByDefault ? "no-" : "") + $0.name })
        == Set(Self.words.keys))
    #expect(RestorationSystems.systems.count == Self.taken.count)
  }

  @Test(arguments: taken.indices)
  func countsOrIsRefused(_ index: Int) throws {
    let (system, flags) = Self.taken[index]
    let taken = Self.takenByAll.union(flags.split(separator: " "))
    let model = try Model(.denoiser)
    let usual = try Self.fingerprint(of: Self.command([]))
    for (flag, values) in Self.words {
      let command = try Self.command(["--\(flag)"] + values)
      let options = try command.systemOptions()
      guard taken.contains(Substring(flag)) else {
        let error = #expect(throws: LimpidError.self, "\(system): \(flag)") {
          try RestorationSystems.check(options, system, of: model)
        }
        #expect(error?.exitCode == 64)
        #expect(error?.line.contains("--\(flag)") == true, "\(error?.line ?? "")")
        continue
      }
      #expect(throws: Never.self, "\(system): \(flag)") {
        try RestorationSystems.check(options, system, of: model)
      }
      let coded = try JSONEncoder().encode(options)
      #expect(coded != Data("{}".utf8), "\(flag)")
      let decoded = try JSONDecoder().decode(SystemOptions.self, from: coded)
      #expect(decoded.given == options.given)
      let fingerprint = try Self.fingerprint(of: command)
      #expect((fingerprint == usual) == Self.idle.contains(flag), "\(flag)")
    }
  }

  /// The help has a part for each system, and for what several have in common.
  @Test func helpIsByTheSystem() {
    let parts = RestoreCommand.helpMessage(columns: 100).split(separator: "\n\n")
    let systems = [
      ("AUTODIR:", "--degradations"), ("AUTODIR AND MRIR:", "--prompt"),
      ("MRIR:", "--quality-prompt"), ("LMDIR:", "--degradation-text"),
      ("LMDIR AND TEXTUALDEGREMOVAL:", "--reference-image"), ("TEXTUALDEGREMOVAL:", "--template"),
    ]
    for (title, flag) in systems {
      let part = parts.first { $0.hasPrefix("\(title)\n") }
      #expect(part?.contains("\(flag) ") == true, "\(title) \(part ?? "is not there")")
    }
  }

  /// Windows are for networks whose statistics can be taken over them.
  @Test func windowsAreRefusedByOtherNetworks() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../SystemFixtures/Fixtures").standardized
    let model = try Model(Path(fixtures.appendingPathComponent("mrir/bundle").path))
    var options = SystemOptions()
    options.trainingSize = 64
    let error = #expect(throws: LimpidError.self) {
      try RestorationSystems.system(for: model, accepting: options)
    }
    #expect(error?.remedy == .leaveOut(["tlc"]))
  }
}
