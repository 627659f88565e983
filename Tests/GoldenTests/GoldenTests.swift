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
    let runner = try GoldenRunner(file, setting, root: Self.root)
    for case .record(let record) in file.blocks {
      // On disk a plan also counts the files it reads, which are not the same every time.
      if setting == .diskTwoThreads, case .explain = record.kind { continue }
      do {
        let answer = try runner.answer(record)
        if let difference = try difference(answer, record, runner) {
          Issue.record("\(path):\(record.line): \(record.sql)\n\(difference)")
        }
      } catch let failure as GoldenRunner.Failure {
        Issue.record("\(path):\(record.line): \(record.sql)\n\(failure)")
      }
    }
  }

  @Test(arguments: isUpdate ? [] : paths, Array(Set(Warehouse.ruleNames)).sorted() + ["all"])
  func `no rule changes an answer`(path: String, rule: String) throws {
    let file = try Self.read(path)
    let rules = rule == "all" ? Set(Warehouse.ruleNames) : [rule]
    let runner = try GoldenRunner(
      file, .memoryOneThread, root: Self.root, disabledRules: rules)
    for case .record(let record) in file.blocks {
      if case .explain = record.kind { continue }
      do {
        let answer = try runner.answer(record)
        if let difference = try difference(answer, record, runner) {
          Issue.record("\(path):\(record.line): \(record.sql)\n\(difference)")
        }
      } catch let failure as GoldenRunner.Failure {
        Issue.record("\(path):\(record.line): \(record.sql)\n\(failure)")
      }
    }
  }

  @Test(.enabled(if: isUpdate), arguments: paths)
  func `expectations are rewritten`(path: String) throws {
    var file = try Self.read(path)
    let runner = try GoldenRunner(file, .memoryOneThread, root: Self.root)
    for (index, block) in file.blocks.enumerated() {
      guard case .record(var record) = block else { continue }
      do {
        let answer = try runner.answer(record)
        guard try difference(answer, record, runner) != nil else { continue }
        record.expected = answer
        if case .query(_, let isSorted) = record.kind {
          record.header = "query \(try runner.types(record))" + (isSorted ? " rowsort" : "")
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

  /// How an answer differs from what the record expects; nil where it does not.
  private func difference(
    _ answer: [String], _ record: GoldenFile.Record, _ runner: GoldenRunner
  ) throws -> String? {
    guard case .query(let types, let isSorted) = record.kind else {
      return answer == record.expected ? nil : describe(answer, record.expected)
    }
    let found = try runner.types(record)
    if found != types { return "expected columns of types \(types), found \(found)" }
    var expected = record.expected.map(GoldenRunner.cells)
    var actual = answer.map(GoldenRunner.cells)
    if isSorted {
      expected.sort { $0.lexicographicallyPrecedes($1) }
      actual.sort { $0.lexicographicallyPrecedes($1) }
    }
    return expected == actual ? nil : describe(answer, record.expected)
  }

  private func describe(_ answer: [String], _ expected: [String]) -> String {
    "expected:\n\(expected.joined(separator: "\n"))\nfound:\n\(answer.joined(separator: "\n"))"
  }
}
