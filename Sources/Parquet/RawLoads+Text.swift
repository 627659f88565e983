import Columns

extension TextVector {
  /// Appends `count` texts that each stand behind their length in four bytes, from `position` on.
  ///
  /// - Throws: `Damage` when a length reaches past `end`, or the vector would outgrow its offsets.
  mutating func appendPlain(
    from source: [UInt8], position: inout Int, end: Int, count: Int
  ) throws(Damage) {
    precondition(position >= 0 && end <= source.count)
    guard count <= (end - position) / 4 else { throw Damage("a page has fewer texts than it says") }
    let first = offsets.count
    offsets.append(contentsOf: repeatElement(0, count: count))
    let base = bytes.count
    let texts = position
    var total = base
    var next = position
    var fits = true
    // SAFETY: four bytes are loaded only while they lie before `end`; `count` offsets from `first`
    // were just appended.
    unsafe offsets.withUnsafeMutableBufferPointer { offsets in
      unsafe source.withUnsafeBytes { source in
        for index in 0..<count {
          guard next &+ 4 <= end else {
            fits = false
            return
          }
          let length = unsafe Int(
            UInt32(littleEndian: source.loadUnaligned(fromByteOffset: next, as: UInt32.self)))
          next &+= 4
          total &+= length
          guard length <= end &- next, total <= Int(Int32.max) else {
            fits = false
            return
          }
          next &+= length
          unsafe offsets[first &+ index] = Int32(truncatingIfNeeded: total)
        }
      }
    }
    guard fits else { throw Damage("a text reaches past the end of its page") }
    position = next
    copyTexts(from: source, at: texts, firstOffset: first, base: base, total: total)
  }

  /// Copies the bytes of the texts whose offsets are known.
  private mutating func copyTexts(
    from source: [UInt8], at texts: Int, firstOffset first: Int, base: Int, total: Int
  ) {
    bytes.append(contentsOf: repeatElement(0, count: total - base))
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { source in
        var written = base
        var next = texts
        for index in first..<offsets.count {
          let length = Int(offsets[index]) &- written
          next &+= 4
          // SAFETY: the caller checked that the lengths lie within the source and add up to the
          // bytes just appended; sixteen at once are copied only where both sides have them, and
          // what is written too much is overwritten by the next text.
          if length <= 16 && next &+ 16 <= source.count && written &+ 16 <= target.count {
            let low = unsafe source.loadUnaligned(fromByteOffset: next, as: UInt64.self)
            let high = unsafe source.loadUnaligned(fromByteOffset: next &+ 8, as: UInt64.self)
            unsafe target.storeBytes(of: low, toByteOffset: written, as: UInt64.self)
            unsafe target.storeBytes(of: high, toByteOffset: written &+ 8, as: UInt64.self)
          } else if length > 0, let from = source.baseAddress,
            let to = target.baseAddress
          {
            unsafe (to + written).copyMemory(from: from + next, byteCount: length)
          }
          next &+= length
          written &+= length
        }
      }
    }
  }

  /// Gives the last texts slots of their own, and the slots without a value empty texts.
  ///
  /// - Precondition: the texts are there.
  mutating func spread(_ presence: Presence) {
    let mask = presence.mask.span
    var next = offsets.count - 1
    let base = next - presence.presentCount
    offsets.append(repeating: offsets[next], count: presence.count - presence.presentCount)
    var offsets = self.offsets.mutableSpan
    for slot in mask.indices.reversed() {
      offsets[base + slot + 1] = offsets[next]
      next -= mask[slot] ? 1 : 0
    }
  }

  /// Texts that each begin with a part of the one before.
  ///
  /// - Precondition: no part is longer than the text before, and all texts have `byteCount` bytes.
  init(prefixes: [Int64], suffixes: TextVector, byteCount: Int) {
    precondition(prefixes.count == suffixes.count && byteCount <= Int(Int32.max))
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var offsets = [Int32](repeating: 0, count: prefixes.count + 1)
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe suffixes.bytes.withUnsafeBytes { source in
        guard let to = target.baseAddress else { return }
        var (last, written) = (0, 0)
        for row in prefixes.indices {
          let prefix = Int(prefixes[row])
          let suffix = suffixes.range(row)
          let start = written
          precondition(prefix >= 0 && prefix <= start - last)
          precondition(prefix + suffix.count <= byteCount - start)
          // SAFETY: both parts fit behind what is written, as was just checked; the prefix lies
          // within the text before, and the range of a suffix within its vector.
          unsafe (to + start).copyMemory(from: to + last, byteCount: prefix)
          if suffix.count > 0, let from = source.baseAddress {
            unsafe (to + start + prefix).copyMemory(
              from: from + suffix.lowerBound, byteCount: suffix.count)
          }
          written += prefix + suffix.count
          last = start
          offsets[row + 1] = Int32(written)
        }
      }
    }
    self.init(bytes: bytes, offsets: offsets)
  }

  /// Whether the texts from row `first` on are each valid UTF-8.
  func isValidUTF8(from first: Int) -> Bool {
    let start = Int(offsets[first])
    if bytes.isASCII(start..<bytes.count) { return true }
    for row in first..<count where !bytes.isASCII(range(row)) && !isValidUTF8(range(row)) {
      return false
    }
    return true
  }

  /// Unicode 15, table 3-7: well-formed UTF-8 byte sequences.
  private func isValidUTF8(_ range: Range<Int>) -> Bool {
    let text = bytes.span.extracting(range)
    var index = 0
    while index < text.count {
      let lead = text[index]
      index += 1
      if lead < 0x80 { continue }
      let following: Int
      var lowest: UInt8 = 0x80
      var highest: UInt8 = 0xBF
      switch lead {
      case 0xC2...0xDF: following = 1
      case 0xE0...0xEF:
        following = 2
        if lead == 0xE0 { lowest = 0xA0 }
        if lead == 0xED { highest = 0x9F }
      case 0xF0...0xF4:
        following = 3
        if lead == 0xF0 { lowest = 0x90 }
        if lead == 0xF4 { highest = 0x8F }
      default: return false
      }
      guard following <= text.count - index else { return false }
      guard text[index] >= lowest && text[index] <= highest else { return false }
      for next in 1..<max(following, 1) where text[index + next] & 0xC0 != 0x80 { return false }
      index += following
    }
    return true
  }
}

extension [UInt8] {
  /// Appends some texts, each behind its length in four bytes.
  mutating func appendPlain(_ text: TextVector, _ rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    let first = Int(text.offsets[rows.lowerBound])
    let last = Int(text.offsets[rows.upperBound])
    precondition(first >= 0 && first <= last && last <= text.bytes.count)
    let start = count
    append(contentsOf: repeatElement(0, count: last - first + 4 * rows.count))
    let offsets = text.offsets.span
    unsafe withUnsafeMutableBytes { target in
      unsafe text.bytes.withUnsafeBytes { source in
        var written = start
        for row in rows {
          let from = Int(offsets[row])
          let length = Int(offsets[row + 1]) &- from
          // Offsets never fall, as of all vectors, so that no text is longer than what is left.
          precondition(length >= 0 && from >= first && from &+ length <= last)
          // SAFETY: the texts lie between `first` and `last` without gaps, as just checked, and room for
          // them and their lengths was appended.
          unsafe target.storeBytes(
            of: UInt32(truncatingIfNeeded: length).littleEndian, toByteOffset: written,
            as: UInt32.self)
          written &+= 4
          if length > 0, let to = target.baseAddress, let origin = source.baseAddress {
            unsafe (to + written).copyMemory(from: origin + from, byteCount: length)
          }
          written &+= length
        }
      }
    }
  }
}
