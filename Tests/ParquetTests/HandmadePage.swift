/// A page with its header, put together by hand.
struct HandmadePage {
  enum LevelEncoding: Int { case runs = 3, packed = 4 }

  let count: Int
  /// Fields of the header; the numbers are those of parquet.thrift's PageHeader.
  var header: [Int: Thrift]
  var body: [UInt8]

  var isData: Bool { header[5] != nil || header[8] != nil }
  var isDictionary: Bool { header[7] != nil }
  var bytes: [UInt8] { Thrift.structure(header).bytes + body }

  /// A data page of version 1; levels are given where the schema has any.
  static func v1(
    _ count: Int, _ values: [UInt8], encoding: Int = 0, repetitions: [Int]? = nil,
    definitions: [Int]? = nil, maxRepetition: Int = 1, maxDefinition: Int = 1,
    levels: LevelEncoding = .runs, compress: ([UInt8]) -> [UInt8] = { $0 }
  ) -> HandmadePage {
    var plain: [UInt8] = []
    for (numbers, most) in [(repetitions, maxRepetition), (definitions, maxDefinition)] {
      guard let numbers else { continue }
      switch levels {
      case .runs:
        let bytes = runs(numbers, width: bitWidth(most))
        plain += littleEndian(UInt32(bytes.count)) + bytes
      case .packed: plain += legacyPacked(numbers, width: bitWidth(most))
      }
    }
    plain += values
    let body = compress(plain)
    return HandmadePage(
      count: count,
      header: [
        1: .i32(0), 2: .i32(plain.count), 3: .i32(body.count),
        5: .structure([
          1: .i32(count), 2: .i32(encoding), 3: .i32(levels.rawValue), 4: .i32(levels.rawValue),
        ]),
      ], body: body)
  }

  /// A data page of version 2.
  static func v2(
    _ count: Int, _ values: [UInt8], encoding: Int = 0, rows: Int? = nil,
    repetitions: [Int] = [], definitions: [Int] = [], maxRepetition: Int = 1,
    maxDefinition: Int = 1, isCompressed: Bool? = nil,
    compress: ([UInt8]) -> [UInt8] = { $0 }
  ) -> HandmadePage {
    let repetition = repetitions.isEmpty ? [] : runs(repetitions, width: bitWidth(maxRepetition))
    let definition = definitions.isEmpty ? [] : runs(definitions, width: bitWidth(maxDefinition))
    let body = repetition + definition + compress(values)
    var data: [Int: Thrift] = [
      1: .i32(count), 2: .i32(definitions.count { $0 < maxDefinition }), 3: .i32(rows ?? count),
      4: .i32(encoding), 5: .i32(definition.count), 6: .i32(repetition.count),
    ]
    data[7] = isCompressed.map { .flag($0) }
    return HandmadePage(
      count: count,
      header: [
        1: .i32(3), 2: .i32(repetition.count + definition.count + values.count),
        3: .i32(body.count), 8: .structure(data),
      ], body: body)
  }

  static func dictionary(
    _ count: Int, _ values: [UInt8], encoding: Int = 0,
    compress: ([UInt8]) -> [UInt8] = { $0 }
  ) -> HandmadePage {
    let body = compress(values)
    return HandmadePage(
      count: count,
      header: [
        1: .i32(2), 2: .i32(values.count), 3: .i32(body.count),
        7: .structure([1: .i32(count), 2: .i32(encoding)]),
      ], body: body)
  }

  /// A page of another kind: an index page has kind 1.
  static func other(kind: Int, _ body: [UInt8]) -> HandmadePage {
    HandmadePage(
      count: 0, header: [1: .i32(kind), 2: .i32(body.count), 3: .i32(body.count), 6: .empty],
      body: body)
  }

  /// The page with a checksum, or one that differs from it by `error`.
  func checked(error: UInt32 = 0) -> HandmadePage {
    var page = self
    page.header[4] = .i32(Int(Int32(bitPattern: crc32(body) ^ error)))
    return page
  }
}

func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
}

func bitWidth(_ largest: Int) -> Int { Int.bitWidth - largest.leadingZeroBitCount }

/// PLAIN values of a fixed width.
func plain<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
  numbers.flatMap { littleEndian($0) }
}

func plain(_ numbers: [Double]) -> [UInt8] { plain(numbers.map(\.bitPattern)) }

/// PLAIN texts, each behind its length.
func plain(_ texts: [String]) -> [UInt8] {
  texts.flatMap { littleEndian(UInt32($0.utf8.count)) + Array($0.utf8) }
}

/// Numbers as repeated runs alone.
func runs(_ numbers: [Int], width: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  var position = 0
  while position < numbers.count {
    var end = position + 1
    while end < numbers.count && numbers[end] == numbers[position] { end += 1 }
    bytes += run(of: end - position, numbers[position], width: width)
    position = end
  }
  return bytes
}

func run(of count: Int, _ number: Int, width: Int) -> [UInt8] {
  varint(UInt64(count) << 1)
    + (0..<(width + 7) / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// Numbers as one run of groups of eight, least significant bit first.
func packedRun(_ numbers: [Int], width: Int) -> [UInt8] {
  let groups = (numbers.count + 7) / 8
  var bits: [Bool] = []
  for number in numbers { for bit in 0..<width { bits.append(number >> bit & 1 == 1) } }
  var bytes = [UInt8](repeating: 0, count: groups * width)
  for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 1 << UInt8(index % 8) }
  return varint(UInt64(groups) << 1 | 1) + bytes
}

/// Numbers one behind the other, most significant bit first, without runs.
func legacyPacked(_ numbers: [Int], width: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: (numbers.count * width + 7) / 8)
  for (index, number) in numbers.enumerated() {
    for bit in 0..<width where number >> (width - 1 - bit) & 1 == 1 {
      let target = index * width + bit
      bytes[target / 8] |= 1 << UInt8(7 - target % 8)
    }
  }
  return bytes
}

/// Dictionary codes behind their width.
func codes(_ numbers: [Int], width: Int) -> [UInt8] {
  [UInt8(width)] + packedRun(numbers, width: width)
}

/// DELTA_BINARY_PACKED.
func deltas(_ numbers: [Int], block: Int = 128, miniblocks: Int = 4) -> [UInt8] {
  var bytes = varint(UInt64(block)) + varint(UInt64(miniblocks)) + varint(UInt64(numbers.count))
  bytes += varint(zigzag(numbers.first ?? 0))
  let all = zip(numbers.dropFirst(), numbers).map { $0 &- $1 }
  for start in stride(from: 0, to: all.count, by: block) {
    let part = Array(all[start..<min(start + block, all.count)])
    let smallest = part.min() ?? 0
    bytes += varint(zigzag(smallest))
    let size = block / miniblocks
    var widths: [UInt8] = []
    var packed: [UInt8] = []
    for mini in 0..<miniblocks {
      let values = part.dropFirst(mini * size).prefix(size).map {
        UInt64(bitPattern: Int64($0 &- smallest))
      }
      let width = values.map { 64 - $0.leadingZeroBitCount }.max() ?? 0
      // What stands for miniblocks that do not exist must not matter.
      widths.append(values.isEmpty ? 0xEE : UInt8(width))
      guard !values.isEmpty else { continue }
      var stored = [UInt8](repeating: 0, count: size * width / 8)
      for (index, value) in values.enumerated() {
        for bit in 0..<width where value >> UInt64(bit) & 1 == 1 {
          let target = index * width + bit
          stored[target / 8] |= 1 << UInt8(target % 8)
        }
      }
      packed += stored
    }
    bytes += widths + packed
  }
  return bytes
}

/// DELTA_LENGTH_BYTE_ARRAY.
func deltaTexts(_ texts: [String]) -> [UInt8] {
  deltas(texts.map(\.utf8.count)) + texts.flatMap { Array($0.utf8) }
}

/// DELTA_BYTE_ARRAY.
func prefixedTexts(_ texts: [[UInt8]]) -> [UInt8] {
  var prefixes: [Int] = []
  var suffixes: [[UInt8]] = []
  var last: [UInt8] = []
  for text in texts {
    let shared = zip(text, last).prefix { $0 == $1 }.count
    prefixes.append(shared)
    suffixes.append(Array(text[shared...]))
    last = text
  }
  return deltas(prefixes) + deltas(suffixes.map(\.count)) + suffixes.flatMap { $0 }
}

/// BYTE_STREAM_SPLIT of values of `width` bytes.
func splitStreams(_ plain: [UInt8], width: Int) -> [UInt8] {
  (0..<width).flatMap { stream in
    stride(from: stream, to: plain.count, by: width).map { plain[$0] }
  }
}

/// The checksum of gzip (RFC 1952, section 8), bit by bit.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var value = ~UInt32(0)
  for byte in bytes {
    value ^= UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }
  return ~value
}
