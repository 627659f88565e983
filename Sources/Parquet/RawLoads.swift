/// The loops that read and write memory without going through checked subscripts, all in this file.
///
/// Each function checks the whole range once before its loop. Parquet is little-endian, and so are
/// the machines this runs on; loads go through `littleEndian` where that costs nothing.

extension Array where Element == UInt8 {
  /// Eight bytes from `offset`; those behind the end read as zero.
  func paddedUInt64(at offset: Int) -> UInt64 {
    if offset >= 0 && offset &+ 8 <= count {
      // SAFETY: eight bytes from `offset` lie within the array.
      return unsafe withUnsafeBytes {
        unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
    }
    var word: UInt64 = 0
    for index in 0..<8 where offset + index < count {
      word |= UInt64(self[offset + index]) << UInt64(8 * index)
    }
    return word
  }

  /// Up to 64 bits from a bit offset, least significant first; those behind the end read as zero.
  func bits(at bit: Int, width: Int) -> UInt64 {
    guard width > 0 else { return 0 }
    let shift = UInt64(bit & 7)
    var word = paddedUInt64(at: bit >> 3) >> shift
    if width + Int(shift) > 64 { word |= paddedUInt64(at: bit >> 3 + 8) << (64 - shift) }
    return width == 64 ? word : word & (1 << UInt64(width) - 1)
  }

  /// The bytes of fixed-width values, one after the other.
  static func littleEndian<Stored: BitwiseCopyable>(_ values: [Stored]) -> [UInt8] {
    // SAFETY: the bytes of trivial values are initialised and copied before the call ends.
    unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// Appends the bytes of a fixed-width value.
  mutating func appendLittleEndian<Stored: BitwiseCopyable>(_ value: Stored) {
    // SAFETY: as above, of one value.
    unsafe Swift.withUnsafeBytes(of: value) { unsafe self.append(contentsOf: $0) }
  }

  /// Whether the bytes of a range are all below 0x80.
  func isASCII(_ range: Range<Int>) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was just checked, and each load stays within it.
    return unsafe withUnsafeBytes { bytes in
      var all: UInt64 = 0
      var offset = range.lowerBound
      while offset + 8 <= range.upperBound {
        all |= unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      while offset < range.upperBound {
        all |= unsafe UInt64(bytes[offset])
        offset += 1
      }
      return all & 0x8080_8080_8080_8080 == 0
    }
  }
}

extension Array where Element: BitwiseCopyable {
  /// Appends `count` stored values from `offset` of some bytes, each converted.
  ///
  /// - Precondition: the bytes are there.
  @inline(__always)
  mutating func appendLoads<Stored: BitwiseCopyable>(
    of stored: Stored.Type, from bytes: [UInt8], at offset: Int, count: Int,
    filler: Element, _ convert: (Stored) -> Element
  ) {
    let stride = MemoryLayout<Stored>.size
    precondition(offset >= 0 && count >= 0 && count <= (bytes.count - offset) / stride)
    let start = self.count
    append(contentsOf: repeatElement(filler, count: count))
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe bytes.withUnsafeBytes { source in
        // SAFETY: `count` values from `offset` lie within the bytes, and `count` elements from
        // `start` were just appended.
        for index in 0..<count {
          unsafe target[start &+ index] = convert(
            source.loadUnaligned(fromByteOffset: offset &+ index &* stride, as: Stored.self))
        }
      }
    }
  }

  /// Appends `count` values from `offset` of some bytes as they are.
  ///
  /// - Precondition: the bytes are there.
  mutating func appendCopies(from bytes: [UInt8], at offset: Int, count: Int, filler: Element) {
    let size = count * MemoryLayout<Element>.stride
    precondition(offset >= 0 && count >= 0 && size <= bytes.count - offset)
    guard count > 0 else { return }
    // SAFETY: `size` bytes from `offset` lie within the bytes, and the target has room for them.
    if isEmpty {
      self = unsafe [Element](unsafeUninitializedCapacity: count) { target, initialized in
        unsafe bytes.withUnsafeBytes { source in
          unsafe UnsafeMutableRawBufferPointer(target).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + size]))
        }
        initialized = count
      }
    } else {
      let start = self.count * MemoryLayout<Element>.stride
      append(contentsOf: repeatElement(filler, count: count))
      unsafe withUnsafeMutableBytes { target in
        unsafe bytes.withUnsafeBytes { source in
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<start + size]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + size]))
        }
      }
    }
  }
}

extension Array where Element: FixedWidthInteger & BitwiseCopyable {
  /// Appends `count` bit-packed numbers, least significant bit first.
  ///
  /// - Precondition: `bit + count * width` bits lie before byte `end`.
  mutating func appendUnpacked(
    from bytes: [UInt8], atBit bit: Int, end: Int, width: Int, count: Int
  ) {
    precondition(width > 0 && width <= 32 && bit >= 0 && count >= 0 && end <= bytes.count)
    precondition(bit + count * width <= end * 8)
    let mask: UInt64 = 1 << UInt64(width) - 1
    append(addingCapacity: count) { numbers in
      unsafe numbers.withUnsafeMutableBufferPointer { target, initialized in
        // SAFETY: there is room for `count` numbers, all of which are written; a word is loaded only
        // while eight bytes are left before the end of the bytes.
        let start = initialized
        precondition(count <= target.count - start)
        var done = 0
        unsafe bytes.withUnsafeBytes { source in
          var position = bit
          if width <= 8 && position & 7 == 0 {
            // Eight numbers lie in `width` whole bytes: one load for all of them.
            var offset = position >> 3
            while done &+ 8 <= count && offset &+ 8 <= source.count {
              var word = unsafe UInt64(
                littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
              for index in 0..<8 {
                unsafe target[start &+ done &+ index] = Element(truncatingIfNeeded: word & mask)
                word >>= UInt64(width)
              }
              done &+= 8
              offset &+= width
            }
            position = bit &+ done &* width
          }
          // From any bit on, a word has four numbers of up to 14 bits.
          while width <= 14 && done &+ 4 <= count && (position >> 3) &+ 8 <= source.count {
            var word = unsafe UInt64(
              littleEndian: source.loadUnaligned(fromByteOffset: position >> 3, as: UInt64.self))
            word >>= UInt64(position & 7)
            for index in 0..<4 {
              unsafe target[start &+ done &+ index] = Element(truncatingIfNeeded: word & mask)
              word >>= UInt64(width)
            }
            done &+= 4
            position &+= 4 &* width
          }
          while done < count && (position >> 3) &+ 8 <= source.count {
            let word = unsafe UInt64(
              littleEndian: source.loadUnaligned(fromByteOffset: position >> 3, as: UInt64.self))
            unsafe target[start &+ done] = Element(
              truncatingIfNeeded: (word >> UInt64(position & 7)) & mask)
            done &+= 1
            position &+= width
          }
        }
        while done < count {
          unsafe target[start + done] = Element(
            truncatingIfNeeded: bytes.bits(at: bit + done * width, width: width))
          done += 1
        }
        initialized = start + count
      }
    }
  }
}

extension Array where Element == UInt32 {
  /// Whether the numbers from `start` on are all below a limit.
  ///
  /// - Precondition: the limit is below 2^31.
  func areBelow(_ limit: Int, from start: Int) -> Bool {
    let last = Int32(limit) &- 1
    // The sign tells: of what is left up to the limit, or of the number itself.
    var signs: Int32 = 0
    let numbers = span.extracting(start...)
    for row in numbers.indices {
      let number = Int32(bitPattern: numbers[row])
      signs |= number | (last &- number)
    }
    return signs >= 0
  }
}

extension Array where Element: BitwiseCopyable {
  /// Appends `count` times the same.
  mutating func append(repeating element: Element, count: Int) {
    append(addingCapacity: count) { $0.append(repeating: element, count: count) }
  }

  /// Moves the last elements apart, so that each stands in a slot of its own, and `filler` in those
  /// without a value.
  ///
  /// - Precondition: the elements are there.
  mutating func spread(_ presence: Presence, filler: Element) {
    if presence.allPresent { return }
    let presentCount = presence.presentCount
    let mask = presence.mask
    let base = count - presentCount
    precondition(base >= 0 && mask.count == presence.count)
    append(repeating: filler, count: mask.count - presentCount)
    if presentCount == 0 { return }
    unsafe withUnsafeMutableBufferPointer { target in
      unsafe mask.withUnsafeBytes { mask in
        // SAFETY: the target has `base + mask.count` elements. `next` counts down from behind the last
        // element, once for each `true` of the mask; a presence has as many of those as it says, so
        // `next` stays from `base` to the slot at hand.
        var next = base &+ presentCount
        var slot = mask.count
        while slot > 0 && next < base &+ slot {
          if slot >= 8 {
            let word = unsafe mask.loadUnaligned(fromByteOffset: slot &- 8, as: UInt64.self)
            if word == 0 {
              for index in 1...8 { unsafe target[base &+ slot &- index] = filler }
              slot &-= 8
              continue
            }
          }
          for _ in 0..<Swift.min(slot, 8) {
            slot &-= 1
            // Without branches: where rows and NULLs alternate, a guess is wrong every other time.
            let isPresent = unsafe mask[slot] != 0
            next &-= isPresent ? 1 : 0
            let element = unsafe target[next]
            unsafe target[base &+ slot] = isPresent ? element : filler
          }
        }
      }
    }
  }
}

extension Array where Element == Bool {
  /// Appends single bits, least significant first, and returns how many are set.
  ///
  /// - Precondition: `bit + count` bits are there.
  mutating func appendBits(from bytes: [UInt8], atBit bit: Int, count: Int) -> Int {
    precondition(bit >= 0 && count >= 0 && bit + count <= bytes.count * 8)
    let start = self.count
    append(contentsOf: repeatElement(false, count: count))
    var set = 0
    var done = 0
    while done < count && (bit + done) & 7 != 0 {
      let isSet = bytes[(bit + done) >> 3] >> UInt8((bit + done) & 7) & 1 == 1
      self[start + done] = isSet
      set += isSet ? 1 : 0
      done += 1
    }
    unsafe withUnsafeMutableBytes { target in
      // SAFETY: a Bool is one byte, 0 or 1; eight of them from `start + done` are within the array.
      while done &+ 8 <= count {
        let byte = UInt64(bytes[(bit &+ done) >> 3])
        set &+= byte.nonzeroBitCount
        let spread = (byte &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
        let flags = ((spread &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7) & 0x0101_0101_0101_0101
        unsafe target.storeBytes(
          of: flags.littleEndian, toByteOffset: start &+ done, as: UInt64.self)
        done &+= 8
      }
    }
    while done < count {
      let isSet = bytes[(bit + done) >> 3] >> UInt8((bit + done) & 7) & 1 == 1
      self[start + done] = isSet
      set += isSet ? 1 : 0
      done += 1
    }
    return set
  }
}
