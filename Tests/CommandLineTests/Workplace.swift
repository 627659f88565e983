import Files
import Foundation

/// A folder in which the program runs; it goes with the test.
final class Workplace: Sendable {
  /// What the program has printed, and how it ended.
  struct Outcome: Sendable {
    let code: Int32
    let out: String
    let err: String
  }

  /// Where the program runs.
  let path: String
  private let root: String

  init() throws {
    var generator = SystemRandomNumberGenerator()
    root =
      FileManager.default.temporaryDirectory.path
      + "/kakeibo-cli-\(String(generator.next(), radix: 36))"
    path = root + "/work"
    try Directory.create(path)
  }

  deinit { try? Directory.removeTree(root) }

  /// The program beside the running tests.
  static let program: String = {
    let here = FileManager.default
    let tests = (try? here.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let places = [tests, CommandLine.arguments.first ?? ""].map { Path.split($0).directory }
    let candidates = places.map { Path.join($0, "kakeibo") } + [".build/debug/kakeibo"]
    return candidates.first { here.isExecutableFile(atPath: $0) } ?? "kakeibo"
  }()

  /// Runs the program and waits for its end.
  ///
  /// Its streams are files beside the folder, so that nothing of them shows in it.
  func run(
    _ words: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    try start(Workplace.program, words, input, environment)
  }

  /// Runs a line of shell in which `kakeibo` is the program.
  func shell(_ line: String, input: String = "") throws -> Outcome {
    try start(
      "/bin/sh", ["-c", "kakeibo() { \"$PROGRAM\" \"$@\"; }\n" + line], input,
      ["PROGRAM": Workplace.program])
  }

  private func start(
    _ executable: String, _ words: [String], _ input: String, _ environment: [String: String]
  ) throws -> Outcome {
    var generator = SystemRandomNumberGenerator()
    let streams = Path.join(root, String(generator.next(), radix: 36))
    try Directory.create(streams)
    let names = ["in", "out", "err"].map { Path.join(streams, $0) }
    for name in names { try Data(input.utf8).write(to: URL(filePath: name)) }
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: path)
    process.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": streams].merging(environment) {
      $1
    }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: names[0]))
    process.standardOutput = try Workplace.emptied(names[1])
    process.standardError = try Workplace.emptied(names[2])
    try process.run()
    process.waitUntilExit()
    let code =
      process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
    return Outcome(code: code, out: try Workplace.text(names[1]), err: try Workplace.text(names[2]))
  }

  private static func emptied(_ path: String) throws -> FileHandle {
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 0)
    return handle
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  // MARK: Files of the folder

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let path = Path.join(path, name)
    try Directory.create(Path.split(path).directory)
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.finish()
  }

  func read(_ name: String) throws -> String { try Workplace.text(Path.join(path, name)) }

  func bytes(_ name: String) throws -> [UInt8] {
    try FileSource(Path.join(path, name)).readAll()
  }

  func exists(_ name: String) -> Bool { Directory.kind(Path.join(path, name)) != nil }

  /// All files, hidden ones too, as paths within the folder.
  func files() throws -> [String] {
    try Directory.files(below: path).map { String($0.dropFirst(path.count + 1)) }
  }
}
