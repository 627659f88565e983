import Columns
import Files
import TestSupport
import Testing
import TextFormats

/// Files in which columns side by side go together, long enough for the reader to notice.
@Suite struct CSVGroupTests {
  /// Rows of an id, eight columns that a key decides, an amount, seven more columns of another key.
  private struct Bill {
    static let types: [DataType] =
      [.varchar] + [.varchar, .varchar, .double, .varchar, .timestamp, .varchar, .bigint, .varchar]
      + [.double] + [DataType](repeating: .varchar, count: 6) + [.double]

    private var random: SplitMix64
    private let lineEnd: String
    private(set) var text: String
    private(set) var rows: [[Value]] = []
    private(set) var rejectedLines: [Int] = []
    private var line = 2

    init(seed: UInt64) {
      random = SplitMix64(seed: seed)
      lineEnd = seed % 3 == 0 ? "\r\n" : "\n"
      text = Bill.types.indices.map { "c\($0)" }.joined(separator: ",") + lineEnd
    }

    /// Adds rows with so many different keys; one row in `badEvery` has a word for a number.
    mutating func add(_ count: Int, keys: Range<Int>, badEvery: Int) {
      for _ in 0..<count {
        let key = Int.random(in: keys, using: &random)
        let other = Int.random(in: 0..<3, using: &random)
        let isBad = Int.random(in: 0..<badEvery, using: &random) == 0
        let id = rows.count + rejectedLines.count
        let breaks = key % 5 == 0
        let fields: [String] =
          [
            "id-\(id)", "key \(key), of many".quoted, key % 7 == 0 ? "" : "k\(key % 7)",
            key % 2 == 0 ? "" : isBad ? "word" : "\(key).5", breaks ? "two\nlines".quoted : "one",
            key % 3 == 0 ? "2026-09-01T00:00:00Z" : "", "say \"\(key % 4)\"".quoted,
            key % 11 == 0 ? "\(key)" : "", "",
          ] + ["\(id).25"] + (0..<6).map { "\(other)-\($0)" } + [other == 0 ? "" : "\(other)"]
        text += fields.joined(separator: ",") + lineEnd
        defer { line += breaks ? 2 : 1 }
        if isBad && key % 2 == 1 {
          rejectedLines.append(line)
          continue
        }
        rows.append(
          [
            .text("id-\(id)"), .text("key \(key), of many"),
            key % 7 == 0 ? .null : .text("k\(key % 7)"),
            key % 2 == 0 ? .null : .double(Double(key) + 0.5),
            .text(breaks ? "two\nlines" : "one"),
            key % 3 == 0 ? .int64(1_788_220_800_000_000) : .null, .text("say \"\(key % 4)\""),
            key % 11 == 0 ? .int64(Int64(key)) : .null, .null, .double(Double(id) + 0.25),
          ] + (0..<6).map { .text("\(other)-\($0)") }
            + [other == 0 ? .null : .double(Double(other))])
      }
    }
  }

  @Test(arguments: 0..<6)
  func `columns that go together have the values that each has by itself`(seed: UInt64) throws {
    var bill = Bill(seed: seed)
    bill.add(9000, keys: 0..<40, badEvery: 900)
    // New keys all the time, until looking for known text is given up.
    bill.add(9000, keys: 1000..<1_000_000, badEvery: 900)
    bill.add(9000, keys: 0..<40, badEvery: 900)
    for threads in [1, 2] {
      let reader = try CSVReader(
        MemorySource(Array(bill.text.utf8), name: "bill.csv"), dialect: .csv,
        blockSize: seed % 2 == 0 ? 1 << 20 : 20_000)
      let columns = Bill.types.enumerated().map { CSVColumn($0, "c\($0)", $1) }
      var row = 0
      var rejectedLines: [Int] = []
      try reader.readParts(columns, threads: threads) { part in
        for place in 0..<part.batch.count {
          try #require(row < bill.rows.count)
          if part.batch.row(place) != bill.rows[row] {
            #expect(part.batch.row(place) == bill.rows[row], "row \(row)")
            throw FormatError("bill.csv", "differs")
          }
          row += 1
        }
        rejectedLines += part.rejects.map(\.line)
        #expect(part.rejects.allSatisfy { $0.column == "c3" && $0.reason.hasSuffix("'word'") })
      }
      #expect(row == bill.rows.count)
      #expect(rejectedLines == bill.rejectedLines)
    }
  }

  @Test func `a record with a field too many in known text is rejected alone`() throws {
    let known = (0..<8).map { "value \($0)" }.joined(separator: ",")
    var text = "a,b,c,d,e,f,g,h,i\n"
    for row in 0..<12_000 { text += "\(row),\(row == 9000 ? "one more," : "")\(known)\n" }
    let reader = try CSVReader(MemorySource(Array(text.utf8), name: "t"), blockSize: 1 << 15)
    let columns = reader.header.enumerated().map { CSVColumn($0, $1, .varchar) }
    var rows = 0
    var rejects: [RejectedRow] = []
    try reader.readParts(columns, threads: 1) { part in
      rows += part.batch.count
      rejects += part.rejects
    }
    #expect(rows == 11_999)
    #expect(rejects.map(\.line) == [9002])
    #expect(rejects.map(\.reason) == ["expected 9 fields, found 10"])
  }
}

extension String {
  fileprivate var quoted: String { "\"" + replacing("\"", with: "\"\"") + "\"" }
}
