import ArgumentParser
import Batch
import Images
import Pages
import Paths
import Pictures

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Writes a page that shows pictures before and after.",
    discussion: """
      The page is one file that needs no network: a line to drag between before and after, zoom, \
      and several results side by side. Folders are compared picture by picture, where they are \
      called alike, whatever their endings are. Exit code 1 when some pictures have no counterpart.
      """)

  @Argument(help: "The picture before, or a folder of such.")
  var before: Path

  @Argument(help: "The picture after, or a folder; several for several results.")
  var after: [Path]

  @Option(name: .shortAndLong, help: "The page.")
  var output: Path

  @Option(help: "What the page is called.")
  var title = "Before and after"

  @Flag(help: "Replace the page if it exists.")
  var overwrite = false

  @OptionGroup var optionsFile: OptionsFile

  func validate() throws {
    guard !after.isEmpty else { throw ValidationError("there is nothing to compare with") }
  }

  func run() throws {
    let results = try after.map { place throws(LimpidError) in
      (label: place.text, counterparts: try Counterparts(at: place))
    }
    let found = try InputSearch().findings(at: [before]).images
    let file = try page()
    var entries: [ComparisonPage.Entry] = []
    for image in found {
      do throws(LimpidError) {
        entries.append(try entry(image, results))
      } catch {
        Terminal.complain("\(error)")
      }
    }
    let failures = found.count - entries.count
    if !entries.isEmpty { try write(ComparisonPage(title: title, entries), to: file) }
    guard failures == 0 else { throw RestoreRun.exitCode(failed: failures, of: found.count) }
  }

  private func page() throws(LimpidError) -> OutputFile {
    do throws(ImageError) {
      try OutputFile.createDirectory(of: output)
      return try OutputFile(output, overwrite: overwrite, protecting: [before] + after)
    } catch {
      throw LimpidError(error, subject: output)
    }
  }

  private func write(_ page: ComparisonPage, to file: OutputFile) throws(LimpidError) {
    do {
      try file.write(page.bytes)
    } catch {
      throw LimpidError(error, subject: output)
    }
  }

  private func entry(
    _ image: FoundImage, _ results: [(label: String, counterparts: Counterparts)]
  ) throws(LimpidError) -> ComparisonPage.Entry {
    var views = [
      ComparisonPage.View(label: before.text, try EmbeddedPicture(contentsOf: image.path))
    ]
    for (label, counterparts) in results {
      let path = try counterparts.path(for: image.relative)
      views.append(ComparisonPage.View(label: label, try EmbeddedPicture(contentsOf: path)))
    }
    return ComparisonPage.Entry(name: image.relative, views: views)
  }
}
