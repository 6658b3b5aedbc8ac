import OpenCL
import Testing

@testable import OpenCLExecutor

/// The tables of values that are part of the binary.
@Suite struct TuningTableTests {
  private static let families: [KernelFamily] = [.cpu, .gpu]

  @Test(arguments: families)
  func rowsSayKnownThings(_ family: KernelFamily) throws {
    let rows = TuningTable.table(of: family).rows
    let choices = Choice.all(of: family)
    #expect(Set(choices.map(\.name)).count == choices.count)
    for choice in choices { #expect(Set(choice.values).count == choice.values.count) }
    let defaults = try #require(rows.first { $0.place == ["*", "*", "*"] })
    #expect(Set(defaults.choices.keys) == Set(choices.map(\.name)))
    for (place, row) in rows {
      for (name, text) in row {
        let choice = try #require(choices.first { $0.name == name }, "\(place) \(name)")
        #expect(choice.value(spelled: text) != nil, "\(place) \(name) \(text)")
        // All runtimes of a kind take the same algorithm, and so give the same bits.
        if choice.decidesAlgorithm { #expect(text == defaults.choices[name], "\(place) \(name)") }
      }
    }
  }

  /// Every level has a row for what it does not know.
  @Test(arguments: families)
  func levelsEndInDefaults(_ family: KernelFamily) {
    let places = TuningTable.table(of: family).rows.map(\.place)
    for place in places {
      #expect(places.contains([place[0], place[1], "*"]))
      #expect(places.contains([place[0], "*", "*"]))
    }
  }

  /// The sums and the weights of a register tile fit the registers of its class of CPUs, and the
  /// halves of a gate share a tile.
  @Test(arguments: [("cpu", 32, 1), ("cpu-8", 16, 2)])
  func tilesFitTheRegisters(_ deviceClass: String, _ registers: Int, _ perVector: Int) {
    let place = TuningTable.Place(deviceClass: deviceClass, vendor: "", device: "")
    let row = TuningTable.table(of: .cpu).row(for: place)
    for vectors in 1...48 {
      for isGated in [false, true] {
        let tile = CPUTuning.tile(vectors: vectors, isGated: isGated, row)
        #expect((tile.mr + 1) * tile.nv * perVector <= registers, "\(vectors) vectors")
        #expect(!isGated || tile.nv.isMultiple(of: 2), "\(vectors) vectors")
      }
    }
  }

  /// The more specific row replaces what it names, whatever the other levels say.
  @Test func specificRowsReplaceGeneralOnes() throws {
    let all = Choice.cpu.map { "\"\($0.name)\": \"\(Choice.spelled($0.values[0]))\"" }
    let table = TuningTable(
      .cpu,
      """
      {"*": {"*": {"*": {\(all.joined(separator: ", "))}}},
       "cpu": {"*": {"*": {"direct-lines": "2", "resident-rows": "16"}},
               "Maker": {"*": {"direct-lines": "1"}, "Model": {"resident-rows": "64"}}}}
      """)
    func row(_ deviceClass: String, _ vendor: String, _ device: String) -> [Int] {
      let row = table.row(
        for: TuningTable.Place(deviceClass: deviceClass, vendor: vendor, device: device))
      return [row.number(.directLines), row.number(.residentRows)]
    }
    #expect(row("gpu", "Maker", "Model") == [4, 32])
    #expect(row("cpu", "Other", "Model") == [2, 16])
    #expect(row("cpu", "Maker", "Other") == [1, 16])
    #expect(row("cpu", "Maker", "Model") == [1, 64])
  }

  /// A change of one value is one difference.
  @Test func rowsDifferWhereTheyDiffer() throws {
    let device = try #require(try Device.all().first)
    let row = TuningTable.row(for: device, family: .cpu)
    #expect(row.differences(from: row).isEmpty)
    let other = row.replacing([.directLines: [1], .quadTile: row[.quadTile]])
    #expect(other.differences(from: row) == [.directLines])
    #expect(other.number(.directLines) == 1)
  }
}
