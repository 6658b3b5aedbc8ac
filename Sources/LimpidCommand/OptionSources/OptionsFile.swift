import ArgumentParser

/// Names the settings file, which ``OptionSources`` reads before the command line is parsed.
struct OptionsFile: ParsableArguments {
  @Option(
    help: """
      A JSON object whose members are flags, such as {"tile": 512, "overwrite": true}. What the \
      command line says counts before the environment's LIMPID_TILE and the like, and that before \
      the file.
      """)
  var config: String?
}
