import Foundation
import Testing
import Warehouse

/// Runs every `Tests/Golden/**/*.slt`.
///
/// `GOLDEN=joins swift test --filter Golden` runs the files whose path contains `joins`; with
/// `GOLDEN_UPDATE=1` what the engine answers is written into the files, to be read in the diff.
struct GoldenTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "Tests/Golden")
  private static let environment = ProcessInfo.processInfo.environment
  static let isUpdate = environment["GOLDEN_UPDATE"] != nil

  /// Paths below `Tests/Golden`, those that `GOLDEN` asks for.
  static let paths: [String] = {
    let filter = environment["GOLDEN"] ?? ""
    let all =
      FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(".slt") && (filter.isEmpty || $0.contains(filter)) }.sorted()
  }()

  @Test(arguments: isUpdate ? [] : paths, GoldenSetting.allCases)
  func `statements answer what the file says`(path: String, setting: GoldenSetting) throws {
    let file = try Self.read(path)
    try check(file, try GoldenRunner(file, setting, root: Self.root)) { record in
      // A plan depends on the rules, and on disk it also counts the files it reads, which are not the
      // same every time.
      if setting.isOnDisk || !setting.hasRules, case .explain = record.kind { return false }
      return true
    }
  }

  @Test(arguments: isUpdate ? [] : paths, Array(Set(Warehouse.ruleNames)).sorted())
  func `no rule changes an answer`(path: String, rule: String) throws {
    let file = try Self.read(path)
    try check(file, try GoldenRunner(file, .memory, root: Self.root, disabledRules: [rule])) {
      if case .explain = $0.kind { false } else { true }
    }
  }

  @Test(.enabled(if: isUpdate), arguments: paths)
  func `expectations are rewritten`(path: String) throws {
    var file = try Self.read(path)
    let runner = try GoldenRunner(file, .memory, root: Self.root)
    for (index, block) in file.blocks.enumerated() {
      guard case .record(var record) = block else { continue }
      do {
        let answer = try runner.answer(record)
        guard difference(answer, record) != nil else { continue }
        record.expected = answer.lines
        if case .query(_, let isSorted) = record.kind {
          record.header = "query \(answer.types)" + (isSorted ? " rowsort" : "")
          if isSorted { record.expected.sort() }
        }
      } catch let failure as GoldenRunner.Failure {
        Issue.record("\(path):\(record.line): \(record.sql)\n\(failure)")
      }
      file.blocks[index] = .record(record)
    }
    try file.text.write(to: Self.folder.appending(path: path), atomically: true, encoding: .utf8)
  }

  @Test func `there are files to run`() {
    #expect(!Self.paths.isEmpty || Self.environment["GOLDEN"] != nil)
  }

  private static func read(_ path: String) throws -> GoldenFile {
    let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    return try GoldenFile(path: path, text: text)
  }

  private func check(
    _ file: GoldenFile, _ runner: GoldenRunner, where isWanted: (GoldenFile.Record) -> Bool
  ) throws {
    for case .record(let record) in file.blocks where isWanted(record) {
      do {
        let answer = try runner.answer(record)
        if let difference = difference(answer, record) {
          Issue.record("\(file.path):\(record.line): \(record.sql)\n\(difference)")
        }
      } catch let failure as GoldenRunner.Failure {
        Issue.record("\(file.path):\(record.line): \(record.sql)\n\(failure)")
      }
    }
  }

  /// How an answer differs from what the record expects; nil where it does not.
  private func difference(_ answer: GoldenRunner.Answer, _ record: GoldenFile.Record) -> String? {
    guard case .query(let types, let isSorted) = record.kind else {
      return answer.lines == record.expected ? nil : describe(answer.lines, record.expected)
    }
    if answer.types != types {
      return "expected columns of types \(types), found \(answer.types)"
    }
    if answer.lines == record.expected { return nil }
    var expected = record.expected.map(GoldenRunner.cells)
    var actual = answer.lines.map(GoldenRunner.cells)
    if isSorted {
      expected.sort { $0.lexicographicallyPrecedes($1) }
      actual.sort { $0.lexicographicallyPrecedes($1) }
    }
    return expected == actual ? nil : describe(answer.lines, record.expected)
  }

  private func describe(_ answer: [String], _ expected: [String]) -> String {
    "expected:\n\(expected.joined(separator: "\n"))\nfound:\n\(answer.joined(separator: "\n"))"
  }
}
