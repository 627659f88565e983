/// Finds the numbers of a JSON text that stands on one line, and compares the rest of it.
///
///     {"name":"cpu","at":1700000000000,"value":{"max":40}}
///     ------------------              ----------------   --   the rest: hashed and compared
///                        -------------                 --     the numbers: found and read
///
/// What a service writes line by line has few kinds of lines but for the numbers. Where the rest of a line
/// is that of another one that was parsed, both have the same members in the same places, so that only the
/// numbers need be read. Nothing is kept per line but the places of the numbers.
package struct JSONOutline {
  /// Where the numbers begin and end, in order; all of them as JSON has numbers.
  package private(set) var starts: [Int] = []
  package private(set) var ends: [Int] = []
  /// A hash of everything else.
  package private(set) var hash: UInt64 = 0
  private var start = 0
  private var end = 0

  /// Everything but the numbers of a line.
  package struct Rest: Sendable {
    fileprivate let bytes: [UInt8]
    /// Where each part ends: what is before, between and behind the numbers.
    fileprivate let ends: [Int]
  }

  package init() {}

  /// Looks over the line that begins at `start`; nil for what is no line of JSON for certain.
  ///
  /// - Returns: where the line ends, its line feed not included.
  package mutating func scan(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    self.start = start
    guard let end = scanBlocks(bytes, from: start) else { return nil }
    self.end = end
    hash = hash(bytes)
    return end
  }

  /// Sixty-four bytes at a time: which of them are in strings, the parity of the quotes before them tells,
  /// as long as none is escaped.
  private mutating func scanBlocks(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    var position = start
    /// All ones within a string, and where the number found last ends.
    var inString: UInt64 = 0
    var numberEnd = start
    while position &+ ByteBlock.size <= bytes.count {
      let block = bytes.block(at: position)
      if (block .== ByteBlock(repeating: UInt8(ascii: "\\"))).isAny {
        return scanBytes(bytes, from: position, inString: inString != 0, after: numberEnd)
      }
      let quotes = (block .== ByteBlock(repeating: UInt8(ascii: "\""))).bits
      let inside = quotes.prefixParity ^ inString
      let lineFeed = (block .== ByteBlock(repeating: 0x0A)).bits.trailingZeroBitCount
      let digits = (block &- ByteBlock(repeating: 0x30)) .< ByteBlock(repeating: 10)
      let minus = block .== ByteBlock(repeating: UInt8(ascii: "-"))
      var numbers = (digits .| minus).bits & ~inside
      if lineFeed < ByteBlock.size {
        if inside &>> UInt64(lineFeed) & 1 == 1 { return nil }
        numbers &= 1 &<< UInt64(lineFeed) &- 1
      }
      while numbers != 0 {
        let place = position &+ numbers.trailingZeroBitCount
        numbers &= numbers &- 1
        if place < numberEnd { continue }
        guard let end = append(bytes, place) else { return nil }
        numberEnd = end
      }
      if lineFeed < ByteBlock.size { return position &+ lineFeed }
      inString = inside &>> 63 == 1 ? .max : 0
      position &+= ByteBlock.size
    }
    return scanBytes(bytes, from: position, inString: inString != 0, after: numberEnd)
  }

  /// The rest of a line byte by byte.
  private mutating func scanBytes(
    _ bytes: Span<UInt8>, from start: Int, inString: Bool, after numberEnd: Int
  ) -> Int? {
    var position = max(start, numberEnd)
    if inString {
      guard let end = JSONOutline.endOfString(bytes, start) else { return nil }
      position = end
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard let end = JSONOutline.endOfString(bytes, position &+ 1) else { return nil }
        position = end
      } else if byte &- 0x30 < 10 || byte == UInt8(ascii: "-") {
        guard let end = append(bytes, position) else { return nil }
        position = end
      } else if byte == 0x0A {
        return position
      } else {
        position &+= 1
      }
    }
    return position
  }

  /// Takes in the number that begins at a place; where it ends, nil for what is none.
  @inline(__always)
  private mutating func append(_ bytes: Span<UInt8>, _ place: Int) -> Int? {
    guard let end = JSONOutline.endOfNumber(bytes, place) else { return nil }
    starts.append(place)
    ends.append(end)
    return end
  }

  /// A copy of everything but the numbers of the line looked over last.
  package func rest(_ bytes: Span<UInt8>) -> Rest {
    var rest: [UInt8] = []
    var partEnds: [Int] = []
    forEachPart { from, to in
      for position in from..<to { rest.append(bytes[position]) }
      partEnds.append(rest.count)
    }
    return Rest(bytes: rest, ends: partEnds)
  }

  /// Whether the line looked over last has that rest.
  package func matches(_ rest: Rest, _ bytes: Span<UInt8>) -> Bool {
    guard rest.ends.count == starts.count + 1 else { return false }
    let others = rest.bytes.span
    var part = 0
    var at = 0
    var from = start
    while part < rest.ends.count {
      let to = part < starts.count ? starts[part] : end
      guard rest.ends[part] &- at == to &- from else { return false }
      while from &+ 8 <= to {
        if bytes.word(at: from) != others.word(at: at) { return false }
        from &+= 8
        at &+= 8
      }
      while from < to {
        if bytes[from] != others[at] { return false }
        from &+= 1
        at &+= 1
      }
      if part < ends.count { from = ends[part] }
      part &+= 1
    }
    return true
  }

  private func forEachPart(_ body: (_ from: Int, _ to: Int) -> Void) {
    var from = start
    for number in starts.indices {
      body(from, starts[number])
      from = ends[number]
    }
    body(from, end)
  }

  private func hash(_ bytes: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0
    var from = start
    for part in 0...starts.count {
      let to = part < starts.count ? starts[part] : end
      hash ^= UInt64(truncatingIfNeeded: to &- from)
      while from &+ 8 <= to {
        hash = Bytewise.mix(hash, bytes.word(at: from))
        from &+= 8
      }
      var tail: UInt64 = 1
      while from < to {
        tail = tail &<< 8 | UInt64(bytes[from])
        from &+= 1
      }
      hash = Bytewise.mix(hash, tail)
      if part < ends.count { from = ends[part] }
    }
    return hash
  }

  /// The position behind the quotes that close a string; nil where the line ends before.
  @inline(__always)
  private static func endOfString(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      position &+= 1
      if byte == UInt8(ascii: "\"") { return position }
      if byte == UInt8(ascii: "\\") { position &+= 1 }
      if byte == 0x0A { return nil }
    }
    return nil
  }

  /// The position behind a number, nil for what begins like one but is none (RFC 8259, section 6).
  @inline(__always)
  private static func endOfNumber(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
    var position = start
    if bytes[position] == UInt8(ascii: "-") { position &+= 1 }
    let whole = position
    guard skipDigits(bytes, &position) else { return nil }
    if bytes[whole] == UInt8(ascii: "0") && position > whole &+ 1 { return nil }
    if position < bytes.count && bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      guard skipDigits(bytes, &position) else { return nil }
    }
    if position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "e") {
      position &+= 1
      if position < bytes.count,
        bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position &+= 1
      }
      guard skipDigits(bytes, &position) else { return nil }
    }
    return position
  }

  @inline(__always)
  private static func skipDigits(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
    let start = position
    while position < bytes.count, bytes[position] &- 0x30 < 10 { position &+= 1 }
    return position > start
  }
}
