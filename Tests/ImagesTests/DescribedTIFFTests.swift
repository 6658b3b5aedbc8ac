import Testing

@testable import Images

/// EXIF in TIFF files, whose own directories hold it.
@Suite struct DescribedTIFFTests {
  /// The bytes of values under their tags, behind the tag that leads to their directory.
  private func values(_ block: [UInt8]?) throws -> [[Int]: [UInt8]] {
    let stream = try #require(block.flatMap { TagStream($0) })
    var found: [[Int]: [UInt8]] = [:]
    func collect(_ link: Int, _ path: [Int]) throws {
      for entry in try #require(stream.directory(linkedAt: link)).entries {
        let tag = stream.tag(entry)
        if [EXIF.exifPointer, EXIF.locationPointer].contains(tag), path.isEmpty {
          try collect(entry + 8, [tag])
        } else {
          found[path + [tag]] = Array(stream.bytes[try #require(stream.value(of: entry))])
        }
      }
    }
    try collect(TagStream<[UInt8]>.firstLink, [])
    return found
  }

  /// A block with a maker's name, a fraction that can be reduced, a place and an orientation.
  private func block(isBigEndian: Bool, orientation: Orientation = .upright) throws -> [UInt8] {
    var exif = try #require(EXIF(EXIF.blank(isBigEndian: isBigEndian)))
    let fraction = (28, 10)
    var value = [UInt8](repeating: 0, count: 8)
    exif.stream.put(fraction.0, in: &value, at: 0, size: 4)
    exif.stream.put(fraction.1, in: &value, at: 4, size: 4)
    let place = exif.stream.append(value)
    func directory(_ records: [[UInt8]]) -> Int {
      exif.stream.appendDirectory(nil, adding: records)
    }
    let stream = exif.stream
    let details = directory([stream.record(tag: 0x829D, type: 5, count: 1, value: place)])
    let location = directory([stream.record(tag: 2, type: 5, count: 1, value: place)])
    let name = exif.stream.append(Array("Some Maker\0".utf8))
    let first = directory([
      stream.record(tag: 0x010F, type: 2, count: 11, value: name),
      stream.record(
        tag: 0x0112, type: 3, count: 1, value: orientation.rawValue, valueSize: 2),
      stream.record(tag: EXIF.exifPointer, type: 4, count: 1, value: details),
      stream.record(tag: EXIF.locationPointer, type: 4, count: 1, value: location),
    ])
    exif.stream.write(first, at: TagStream<[UInt8]>.firstLink, size: 4)
    return exif.bytes
  }

  @Test(arguments: [false, true], [Image.Depth.eight, .sixteen])
  func valuesMoveAsTheyAre(_ isBigEndian: Bool, _ depth: Image.Depth) throws {
    var image = noise(9, 8, .rgba, depth)
    image.metadata.exif = try block(isBigEndian: isBigEndian)
    let file = try encode(image, .tiff)
    #expect(file.starts(with: (isBigEndian ? "MM" : "II").utf8))
    let again = try Image.decode(file)
    #expect(again.samples == image.samples && again.warnings.isEmpty)
    var expected = try values(image.metadata.exif)
    // The file's own tag says how its pixels lie.
    expected[[0x0112]] = nil
    #expect(try values(again.metadata.exif) == expected)
    for format in [ImageFormat.png, .webp, .tiff] {
      let third = try Image.decode(try encode(again, format))
      #expect(try values(third.metadata.exif) == expected, "\(format)")
    }
    let jpeg = try Image.decode(try encode(again.opaque, .jpeg))
    #expect(try values(jpeg.metadata.exif) == expected)
  }

  /// Written by Pillow.
  @Test func filesOfOthersAreDescribed() throws {
    let image = try Image.decode(fixture("described.tif"))
    let found = try values(image.metadata.exif)
    #expect(image.warnings.isEmpty)
    #expect(found[[0x010F]] == Array("Limpid\0".utf8) && found[[0x8298]] == Array("Nobody\0".utf8))
    #expect(found[[EXIF.exifPointer, 0x829A]] == [1, 0, 0, 0, 250, 0, 0, 0])
    #expect(found[[EXIF.exifPointer, 0x927C]] == Array("a maker's\0note".utf8))
    let latitude: [UInt8] = [48, 1, 8, 1, 0x69, 50].flatMap { [$0, $0 == 0x69 ? 2 : 0, 0, 0] }
    #expect(found[[EXIF.locationPointer, 2]] == latitude)
    // Nothing of how the pixels were stored.
    #expect(found.keys.allSatisfy { $0.count == 2 || [0x010F, 0x8298].contains($0[0]) })
  }

  @Test func placesAreTakenOut() throws {
    var image = try Image.decode(fixture("described.tif"))
    image.stripLocation()
    let found = try values(try Image.decode(try encode(image, .tiff)).metadata.exif)
    #expect(found.count == 6)
    #expect(found.keys.allSatisfy { $0.first != EXIF.locationPointer })
  }

  @Test(arguments: [true, false])
  func settingsAreAComment(_ hasBlock: Bool) throws {
    var image = noise(4, 4, .gray)
    if hasBlock { image.metadata.exif = try block(isBigEndian: true) }
    image.metadata.settings = "limpid, tile 64"
    let found = try values(try Image.decode(try encode(image, .tiff)).metadata.exif)
    #expect(found[[EXIF.exifPointer, 0x9286]] == Array("ASCII\0\0\0limpid, tile 64".utf8))
    #expect(found.count == (hasBlock ? 4 : 1))
  }

  @Test func orientationsStayBesidePixelsThatAreNotTurned() throws {
    for orientation in Orientation.allCases {
      var image = noise(5, 3, .gray)
      image.metadata.exif = try block(isBigEndian: false, orientation: orientation)
      let file = try encode(image, .tiff)
      let kept = try Image.decode(file, orientation: .keep)
      #expect(kept.samples == image.samples && kept.width == 5)
      let turned = orientation == .upright ? nil : [UInt8(orientation.rawValue), 0]
      #expect(try values(kept.metadata.exif)[[0x0112]] == turned)
      #expect(try encode(kept, .tiff) == file)
      let baked = try Image.decode(file)
      #expect(baked.samples == image.upright(from: orientation).samples)
      #expect(try values(baked.metadata.exif)[[0x0112]] == nil)
    }
  }

  @Test func moreThanTheLimitIsLeftOut() throws {
    var limits = ImageLimits()
    limits.exifBytes = 40
    let image = try Image.decode(fixture("described.tif"), limits: limits)
    #expect(image.metadata.exif == nil)
    #expect(image.warnings == ["the EXIF of the TIFF exceeds 40 bytes and is left out"])
  }

  /// Many entries that share one value would make a small block a large file.
  @Test func sharedValuesDoNotGrow() throws {
    var exif = try #require(EXIF(EXIF.blank()))
    let place = exif.stream.append([UInt8](repeating: 7, count: 50_000))
    let stream = exif.stream
    let details = exif.stream.appendDirectory(
      nil, adding: (0..<500).map { stream.record(tag: $0, type: 7, count: 50_000, value: place) })
    let first = exif.stream.appendDirectory(
      nil, adding: [stream.record(tag: EXIF.exifPointer, type: 4, count: 1, value: details)])
    exif.stream.write(first, at: TagStream<[UInt8]>.firstLink, size: 4)
    var image = noise(4, 4, .gray)
    image.metadata.exif = exif.bytes
    let encoded = try image.encoded(as: EncodingOptions(format: .tiff))
    #expect(encoded.warnings == ["the EXIF block holds more than its size and is left out"])
    #expect(encoded.bytes.count < 200_000)
    #expect(try Image.decode(encoded.bytes).samples == image.samples)
  }

  @Test func flippedBytesNeverCrash() throws {
    let bytes = try fixture("described.tif")
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      var damaged = bytes
      // The directories are in front of the pixels.
      for _ in 0..<3 {
        damaged[Int.random(in: 8..<362, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      guard let image = try? Image.decode(damaged), let exif = image.metadata.exif else { continue }
      #expect(exif.count <= ImageLimits().exifBytes + 1024)
      _ = try image.encoded(as: EncodingOptions(format: .tiff))
    }
  }
}
