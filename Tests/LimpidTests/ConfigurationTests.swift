import Foundation
import Generation
import Models
import Pictures
import Restoration
import Testing

@testable import Limpid

/// What the public API leaves alone is what the layers below and the command leave alone.
@Suite struct ConfigurationTests {
  @Test func defaultsAreThoseOfTheLayersBelow() throws {
    #expect(try Limpid.Restorer.Configuration().packaged.given.isEmpty)
    let output = try Limpid.OutputOptions().packaged
    #expect("\(output)" == "\(Pictures.OutputOptions())")
    let made = try Limpid.TextToImage.Options().packaged(step: 8)
    #expect("\(made)" == "\(Generation.TextToImage.Options())")
  }

  @Test func everyNameIsOneBelow() throws {
    #expect(AutoDIR.Degradation.allCases.count == Restoration.Degradation.allCases.count - 1)
    #expect(MRIR.Start.allCases.count == SamplingStart.allCases.count)
    #expect(MRIR.ColourFix.allCases.count == Pictures.ColourFix.allCases.count)
  }

  @Test func aPromptIsWhatAutoDIRFollows() throws {
    var configuration = Limpid.Restorer.Configuration()
    configuration.guidance.texts.prompt = "remove  the rain"
    #expect(try configuration.packaged.texts[.prompt] == ["remove the rain"])
    configuration.autoDIR.degradations = [.rain]
    #expect(throws: Limpid.LimpidError.self) { try configuration.packaged }
  }
}
