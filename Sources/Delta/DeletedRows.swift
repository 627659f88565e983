/// Rows of a data file that do not count, by their position in the file.
///
/// They stay as compact as they are stored: as lists, bit maps and runs of 65,536 rows each.
///
/// Source: Delta PROTOCOL.md, "Deletion Vector Format"; Roaring bitmaps' "RoaringFormatSpec".
package struct DeletedRows: Sendable {
  /// How many rows do not count.
  package private(set) var count = 0
  /// By their first row, increasing.
  private var containers: [Container] = []

  private struct Container {
    /// The rows' upper bits: rows `key << 16` up to `(key + 1) << 16`.
    let key: Int
    let rows: Rows
  }

  private enum Rows {
    case list([UInt16])
    case bits([UInt64])
    /// Inclusive.
    case runs([(first: UInt16, last: UInt16)])
  }

  /// What makes bytes no deletion vector.
  struct Problem: Error {
    let message: String
  }

  /// Reads a serialised vector, magic number included.
  ///
  /// - Complexity: O(`bytes.count`) in time and memory.
  init(_ bytes: [UInt8]) throws(Problem) {
    var input = Input(bytes)
    let magic = try input.number(4)
    switch magic {
    case 1_681_511_377:
      // The portable form: a count, and before each bitmap its key.
      let count = try input.number(8)
      var last = -1
      for _ in 0..<(try input.plausible(count, bytesEach: 12)) {
        let key = try input.number(4)
        guard key > last, key <= Int(Int32.max) else {
          throw Problem(message: "its parts are out of order")
        }
        last = key
        try readBitmap(&input, high: key)
      }
    case 1_681_511_376, 0xD0D3_3964:
      // The form of old: a count, and before each bitmap its size; big-endian in the example that the
      // protocol gives.
      let isBig = magic == 0xD0D3_3964
      let count = try input.number(4, isBigEndian: isBig)
      for key in 0..<(try input.plausible(count, bytesEach: 4)) {
        let end = try input.number(4, isBigEndian: isBig) + input.position
        guard end <= bytes.count else { throw Problem(message: "it ends too early") }
        if end == input.position { continue }
        try readBitmap(&input, high: key)
        guard input.position <= end else { throw Problem(message: "a part is longer than it says") }
        input.position = end
      }
    default:
      throw Problem(message: "not supported: its form has number \(magic)")
    }
  }

  /// One bitmap of 32-bit numbers.
  private mutating func readBitmap(_ input: inout Input, high: Int) throws(Problem) {
    let cookie = try input.number(4)
    var runFlags: [UInt8] = []
    let size: Int
    if cookie & 0xFFFF == 12_347 {
      size = cookie >> 16 + 1
      runFlags = Array(try input.bytes((size + 7) / 8))
    } else if cookie == 12_346 {
      size = try input.number(4)
      guard size <= 65_536 else { throw Problem(message: "it claims \(size) containers") }
    } else {
      throw Problem(message: "expected a Roaring bitmap, found number \(cookie)")
    }
    var headers: [(key: Int, count: Int)] = []
    for _ in 0..<(try input.plausible(size, bytesEach: 4)) {
      let key = try input.number(2)
      guard key > headers.last?.key ?? -1 else {
        throw Problem(message: "its keys are out of order")
      }
      headers.append((key, try input.number(2) + 1))
    }
    // Where each container begins, which follows from the sizes of those before it.
    if runFlags.isEmpty || size >= 4 { _ = try input.bytes(size * 4) }
    for (position, header) in headers.enumerated() {
      let hasRuns = !runFlags.isEmpty && runFlags[position / 8] >> UInt8(position % 8) & 1 == 1
      let rows =
        hasRuns
        ? try DeletedRows.runs(&input, count: header.count)
        : header.count <= 4096
          ? try DeletedRows.list(&input, count: header.count)
          : try DeletedRows.bits(&input, count: header.count)
      containers.append(Container(key: high << 16 | header.key, rows: rows))
      count += header.count
    }
  }

  private static func list(_ input: inout Input, count: Int) throws(Problem) -> Rows {
    let bytes = Array(try input.bytes(count * 2))
    var rows: [UInt16] = []
    rows.reserveCapacity(count)
    for position in 0..<count {
      let row = UInt16(bytes[2 * position]) | UInt16(bytes[2 * position + 1]) << 8
      if let last = rows.last, row <= last { throw Problem(message: "its rows are out of order") }
      rows.append(row)
    }
    return .list(rows)
  }

  private static func bits(_ input: inout Input, count: Int) throws(Problem) -> Rows {
    let bytes = try input.bytes(8192)
    var words = [UInt64](repeating: 0, count: 1024)
    for (position, byte) in bytes.enumerated() {
      words[position >> 3] |= UInt64(byte) << UInt64(8 * (position & 7))
    }
    guard words.reduce(0, { $0 + $1.nonzeroBitCount }) == count else {
      throw Problem(message: "a bit map has another number of rows than it says")
    }
    return .bits(words)
  }

  private static func runs(_ input: inout Input, count: Int) throws(Problem) -> Rows {
    var runs: [(first: UInt16, last: UInt16)] = []
    var next = 0
    var rows = 0
    for _ in 0..<(try input.number(2)) {
      let first = try input.number(2)
      let last = first + (try input.number(2))
      guard first >= next, last < 65_536 else {
        throw Problem(message: "its runs are out of order")
      }
      runs.append((UInt16(first), UInt16(last)))
      next = last + 1
      rows += last - first + 1
    }
    guard rows == count else {
      throw Problem(message: "its runs have another number of rows than it says")
    }
    return .runs(runs)
  }
}

extension DeletedRows {
  /// What remains of some rows.
  package enum Remainder: Sendable, Hashable {
    case all
    case none
    /// Positions within the rows asked for, increasing.
    case some([UInt32])
  }

  /// The rows of a range that count.
  ///
  /// - Complexity: O(`range.count` + log of the vector's size)
  package func remainder(of range: Range<Int>) -> Remainder {
    var position = firstContainer(from: range.lowerBound >> 16)
    guard position < containers.count, containers[position].key << 16 < range.upperBound else {
      return .all
    }
    var isDeleted = [Bool](repeating: false, count: range.count)
    var deleted = 0
    while position < containers.count, containers[position].key << 16 < range.upperBound {
      deleted += mark(containers[position], in: range, &isDeleted)
      position += 1
    }
    if deleted == 0 { return .all }
    if deleted == range.count { return .none }
    var kept: [UInt32] = []
    kept.reserveCapacity(range.count - deleted)
    for row in isDeleted.indices where !isDeleted[row] { kept.append(UInt32(row)) }
    return .some(kept)
  }

  /// The last row that does not count; nil when all do.
  package var last: Int? {
    guard let container = containers.last else { return nil }
    let low: Int? =
      switch container.rows {
      case .list(let rows): rows.last.map(Int.init)
      case .bits(let words):
        words.lastIndex { $0 != 0 }.map { $0 * 64 + 63 - words[$0].leadingZeroBitCount }
      case .runs(let runs): runs.last.map { Int($0.last) }
      }
    return low.map { container.key << 16 | $0 }
  }

  private func firstContainer(from key: Int) -> Int {
    var low = 0
    var high = containers.count
    while low < high {
      let middle = (low + high) / 2
      if containers[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Marks a container's rows that lie in the range and returns how many those are.
  private func mark(
    _ container: Container, in range: Range<Int>, _ isDeleted: inout [Bool]
  ) -> Int {
    let base = container.key << 16
    let first = max(range.lowerBound - base, 0)
    let end = min(range.upperBound - base, 65_536)
    let shift = base - range.lowerBound
    var count = 0
    switch container.rows {
    case .list(let rows):
      for row in rows where first <= Int(row) && Int(row) < end {
        isDeleted[shift + Int(row)] = true
        count += 1
      }
    case .bits(let words):
      for row in first..<end where words[row >> 6] >> UInt64(row & 63) & 1 == 1 {
        isDeleted[shift + row] = true
        count += 1
      }
    case .runs(let runs):
      for run in runs {
        let (from, to) = (max(first, Int(run.first)), min(end, Int(run.last) + 1))
        if from >= to { continue }
        for row in from..<to { isDeleted[shift + row] = true }
        count += to - from
      }
    }
    return count
  }
}

/// Numbers one after the other, little-endian unless said otherwise.
private struct Input {
  private let all: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { all = bytes }

  /// A number of up to eight bytes; those beyond 63 bits are no count of anything here.
  mutating func number(
    _ size: Int, isBigEndian: Bool = false
  ) throws(DeletedRows.Problem) -> Int {
    var value: UInt64 = 0
    let bytes = try self.bytes(size)
    for (position, byte) in bytes.enumerated() {
      value |= UInt64(byte) << UInt64(8 * (isBigEndian ? size - 1 - position : position))
    }
    guard let number = Int(exactly: value) else {
      throw DeletedRows.Problem(message: "it claims \(value) parts")
    }
    return number
  }

  mutating func bytes(_ count: Int) throws(DeletedRows.Problem) -> ArraySlice<UInt8> {
    guard count <= all.count - position else {
      throw DeletedRows.Problem(message: "it ends too early")
    }
    position += count
    return all[position - count..<position]
  }

  /// A count that the remaining bytes have room for.
  func plausible(_ count: Int, bytesEach: Int) throws(DeletedRows.Problem) -> Int {
    guard count <= (all.count - position) / bytesEach else {
      throw DeletedRows.Problem(message: "it claims \(count) parts, more than it has room for")
    }
    return count
  }
}
