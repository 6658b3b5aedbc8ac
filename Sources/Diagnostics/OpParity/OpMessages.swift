import Conformance

/// What a process that runs ops is asked.
enum OpRequest: Codable {
  case configure(OpComparison)
  case check(CaseReference)
}

/// What it answers.
enum OpReply: Codable {
  /// The devices are open; the candidate's name follows.
  case ready(String)
  case checked(CaseResult)
  /// The devices cannot be opened, or the case does not run, and why.
  case refused(String)
}
