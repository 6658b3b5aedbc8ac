import Models
import Pictures
import Testing

@testable import LimpidCommand

/// What requests to a server may ask for of what the command does.
@Suite struct RequestOptionTests {
  /// Options that name files, start programs or steer runs.
  private static let withheld: Set<String> = [
    "input", "output", "files-from", "follow", "recursive", "no-recursive", "include", "exclude",
    "suffix", "name-template", "limit", "shard", "in-place", "keep-originals", "no-keep-originals",
    "skip-existing", "model", "model-path", "allow-unused", "device", "dtype", "math",
    "keep-times", "overwrite", "resume", "dry-run", "fail-fast", "grace", "jobs", "batch-size",
    "max-vram", "fallback", "watchdog", "reference-folder", "channels", "crop-border",
    "progress", "json", "config",
    "verbose", "quiet", "help", "version", "caption-command", "caption-timeout", "describer",
    "question", "describer-tokens", "describer-model", "describer-key", "describer-timeout",
    "describer-retries", "describer-requests", "reference-cache", "cache-references",
    "no-cache-references", "keep-references", "keep-steps", "keep-both",
    "keep-transmission",
  ]

  @Test func everyOptionIsGivenOrWithheld() throws {
    let table = try #require(
      FlagTable.all(of: RootCommand.self).first { $0.subcommands.contains("restore") })
    let names = Set(table.flags.flatMap(\.longNames).filter { table[$0] != nil })
    let given = RequestedRestoration.options.union(RequestedRestoration.pictures)
    #expect(given.subtracting(names).isEmpty && given.isDisjoint(with: Self.withheld))
    let undecided = names.subtracting(given).subtracting(Self.withheld).filter {
      !$0.hasPrefix("no-") || !given.contains(String($0.dropFirst(3)))
    }
    #expect(undecided.sorted().isEmpty)
  }

  private static func request(_ options: [(String, String)]) throws -> RequestedRestoration {
    try RequestedRestoration(
      options.map { (name: $0.0, value: $0.1) }, try Model(.denoiser), at: "builtin",
      ServeSettings())
  }

  @Test func aRequestIsACommandLine() throws {
    let request = try Self.request([
      ("tile", "64x32"), ("tta", "true"), ("format", "jpg"), ("embed-settings", "false"),
      ("tlc", "true"), ("dither", "false"),
    ])
    #expect(request.worker.system.isEnsemble && request.worker.system.trainingSize == 256)
    #expect(request.output.format == .jpeg && request.output.settings == nil)
    #expect(!request.output.dithers)
    #expect(try Self.request([]).output.settings?.contains("model builtin") == true)
    for (name, value) in [
      ("tile", "x"), ("tta", "perhaps"), ("overwrite", "true"), ("caption-command", "id"),
      ("steps", "3"), ("quality", "101"), ("", ""), ("tile --overwrite", "1"), ("format", "--json"),
    ] {
      #expect(throws: LimpidError.self, "\(name)") { try Self.request([(name, value)]) }
    }
    #expect(throws: LimpidError.self) { try Self.request([("tile", "1"), ("tile", "2")]) }
  }
}
