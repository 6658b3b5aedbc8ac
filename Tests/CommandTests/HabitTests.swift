import Testing

/// What people type who know other programs is answered by what to type here.
@Suite struct HabitTests {
  /// Words, and what is said.
  static let habits: [([String], String)] = [
    (["-i", "a.png", "-o", "out.png"], "limpid restore -i a.png -o out.png"),
    (["a b.png", "-o", "out.png"], "limpid restore 'a b.png' -o out.png"),
    (["resotre", "-i", "a.png"], "did you mean limpid restore?"),
    (["upscale", "-i", "a.png"], "there is no subcommand 'upscale'; limpid restore"),
    (["restore", "a.png", "b.png"], "either --output or --in-place"),
    (["restore", "-i", "a.png", "-o", "out", "--fp16"], "there is no --fp16; give --dtype f16"),
    (["restore", "-i", "a.png", "-o", "out", "--half"], "give --dtype f16"),
    (["restore", "a.png", "--half"], "there is no --half; give --dtype f16"),
    (["restore", "-i", "a.png", "-o", "out", "--gpu-id", "0"], "such as -g 0"),
    (["restore", "-i", "a.png", "-o", "out", "--gpu_id", "0"], "such as -g 0"),
    (["restore", "-i", "a.png", "-o", "out", "--cpu"], "give --device cpu"),
    (["restore", "-i", "a.png", "-o", "out", "--ext", "jpg"], "such as -f jpg"),
    (
      ["restore", "-n", "builtin", "-i", "a.png", "-o", "out", "--outscale", "4"],
      "keeps the size of pictures"
    ),
    (["restore", "-i", "a.png", "-o", "out.png", "-s", "2"], "-s is the seed"),
    (["restore", "-i", "a.png", "-o", "x.png", "-f", "jpg"], "the name is PNG's"),
    (["restore", "-i", "a.png", "--in-place", "-f", "jpg"], "in place keep their names"),
  ]

  @Test(arguments: habits)
  func theMessageSaysWhatToType(_ words: [String], _ says: String) throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "a b.png"] { try folder.write(SampleFiles.image(), name) }
    let outcome = try Command.run(words, in: folder)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1)
    #expect(folder.files == ["a b.png", "a.png", "b.png"])
  }

  @Test func picturesMayStandAlone() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png"] {
      try folder.write(SampleFiles.image(width: 8, height: 8), name)
    }
    let outcome = try Command.shell(
      """
      "$LIMPID" restore -g reference a.png -o one.png && \
        "$LIMPID" restore -g reference -i *.png -o out
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.images(in: "out") == ["a.png", "b.png", "one.png"])
  }

  /// Inputs whose outputs have one name, and what tells these apart.
  static let collisions: [([String], String)] = [
    (["-i", "x", "-f", "png"], "--name-template '{name}.{ext}'"),
    (["-i", "x/a.png", "-i", "y/a.png"], "--name-template '{parent}_{stem}.{ext}'"),
    (["-i", "x/a.png", "-i", "z/x/a.png"], "into two folders"),
  ]

  @Test(arguments: collisions)
  func collisionsHaveARemedy(_ inputs: [String], _ says: String) throws {
    let folder = try TemporaryFolder()
    for place in ["x", "y", "z", "z/x"] {
      try folder.makeFolder(place)
      try folder.write(SampleFiles.image(width: 8, height: 8), "\(place)/a.png")
    }
    try folder.write(SampleFiles.image(width: 8, height: 8), "x/a.jpg")
    let words = ["restore", "-g", "reference"] + inputs + ["-o", "out"]
    let outcome = try Command.run(words, in: folder)
    #expect(outcome.code == 64 && outcome.errors.contains(says), "\(outcome.errors)")
    guard let template = says.split(separator: "'").dropFirst().first else { return }
    let told = try Command.run(words + ["--name-template", String(template)], in: folder)
    #expect(told.code == 0, "\(told.errors)")
    #expect(folder.images(in: "out").count == 2)
  }

  @Test func aPictureNamedTwiceIsRestoredOnce() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 8, height: 8), "a.png")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "a.png", "-i", "a.png", "-o", "out"], in: folder)
    #expect(outcome.code == 0 && folder.images(in: "out") == ["a.png"], "\(outcome.errors)")
  }
}
