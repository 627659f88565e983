import Columns
import TestSupport
import Testing

@Suite struct ColumnTests {
  @Test func `a dictionary reads like its flat form`() {
    let dictionary = ColumnDictionary(Column(.varchar, values: [.text("a"), .null, .text("b")]))
    let column = Column(codes: [2, 0, 1, 0], dictionary)
    let expected: [Value] = [.text("b"), .text("a"), .null, .text("a")]
    #expect(column.allValues() == expected)
    #expect(column.flattened().allValues() == expected)
    #expect(column.sliced(1..<3).allValues() == [.text("a"), .null])
    #expect(column.selected(Selection([3, 2])).allValues() == [.text("a"), .null])
  }

  @Test func `nested values survive building, slicing and gathering`() {
    let type = DataType.map(key: .varchar, value: .array(.bigint))
    let values: [Value] = [
      .map([MapEntry(key: .text("k"), value: .array([.int64(1), .null]))]),
      .null,
      .map([]),
      .map([
        MapEntry(key: .text("x"), value: .null), MapEntry(key: .text("y"), value: .array([])),
      ]),
    ]
    let column = Column(type, values: values)
    #expect(column.allValues() == values)
    #expect(column.sliced(1..<4).allValues() == Array(values[1...]))
    #expect(
      column.selected(Selection([3, 0, 1])).allValues() == [values[3], values[0], values[1]])
  }

  @Test(arguments: 0..<50) func `the smallest and largest texts are found as by comparing all`(
    seed: UInt64
  ) {
    var random = SplitMix64(seed: seed)
    let bytes: [UInt8] = [0, 1, 97, 98, 255]
    var texts = TextVector()
    var mask: [Bool] = []
    for _ in 0..<Int.random(in: 0..<40, using: &random) {
      let length = Int.random(in: 0..<12, using: &random)
      // Long common beginnings, so that more than the first bytes must be looked at.
      let start = [UInt8](repeating: 97, count: Bool.random(using: &random) ? 9 : 0)
      texts.append(start + (0..<length).map { _ in bytes[Int.random(in: 0..<5, using: &random)] })
      mask.append(Int.random(in: 0..<4, using: &random) > 0)
    }
    for validity in [Validity.allPresent, Validity(mask: mask)] {
      let rows = (0..<texts.count).filter { validity.isPresent($0) }
      let smallest = rows.min { texts.copy($0).lexicographicallyPrecedes(texts.copy($1)) }
      let largest = rows.max { texts.copy($0).lexicographicallyPrecedes(texts.copy($1)) }
      let found = texts.extremeRow(isLargest: false, validity)
      #expect(found.map(texts.copy) == smallest.map(texts.copy))
      #expect(
        texts.extremeRow(isLargest: true, validity).map(texts.copy) == largest.map(texts.copy))
      let first = rows.first { texts.copy($0) == found.map(texts.copy) }
      #expect(found == first)
    }
  }

  @Test func `civil dates go both ways over eight centuries`() {
    for day in stride(from: -150_000, through: 150_000, by: 7) {
      let date = CivilDate(daysSinceEpoch: day)
      #expect(date.isValid && date.daysSinceEpoch == day)
    }
    #expect(CivilDate(year: 2024, month: 2, day: 29).adding(months: 12).day == 28)
    #expect(!CivilDate(year: 2023, month: 2, day: 29).isValid)
  }

  @Test(arguments: 0..<40) func `gathered texts are those of their rows`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let longest = [0, 1, 17, 90][Int(seed % 4)]
    let entries = (0..<Int.random(in: 1...50, using: &random)).map { _ -> Value in
      if Int.random(in: 0..<8, using: &random) == 0 { return .null }
      let length = Int.random(in: 0...longest, using: &random)
      return .bytes((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    let rows = (0..<Int.random(in: 0...200, using: &random)).map { _ in
      UInt32.random(in: 0..<UInt32(entries.count), using: &random)
    }
    let column = Column(.varbinary, values: entries)
    let expected = rows.map { entries[Int($0)] }
    #expect(column.selected(Selection(rows)).allValues() == expected)
    let coded = Column(codes: rows, ColumnDictionary(column))
    #expect(coded.flattened().allValues() == expected)
    #expect(coded.flattened().hasNoNulls == !expected.contains(.null))
  }
}
