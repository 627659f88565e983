extension DeflateDecoder {
  /// Why the loop over the symbols of a block stopped.
  enum SymbolStop {
    case endOfBlock, room, input
  }

  /// Decodes the symbols of a block until it ends, or room or input do.
  ///
  /// Behind the last bytes come zeros. What these made of an end that is missing is taken back.
  ///
  /// - Throws: `CodecError` for a code without meaning, for a distance before the stream's start, and
  ///   when the last bytes end too early.
  static func decodeSymbols(
    _ codes: DeflateCodes, _ stream: inout DeflateBits, isAtEnd: Bool, to output: inout BlockOutput
  ) throws(CodecError) -> SymbolStop {
    let stop = try run(codes, &stream, until: stream.count - DeflateBits.padding, to: &output)
    guard stop == .input, isAtEnd else { return stop }
    let certain = output.written
    do throws(CodecError) {
      let stop = try run(codes, &stream, until: stream.count + 8, to: &output)
      if !stream.isOverrun { return stop }
    } catch {
      if !stream.isOverrun { throw error }
    }
    output.written = certain
    throw CodecError.cutShort
  }

  private static func run(
    _ codes: DeflateCodes, _ stream: inout DeflateBits, until inputLimit: Int,
    to output: inout BlockOutput
  ) throws(CodecError) -> SymbolStop {
    try unsafe codes.literals.entries.withUnsafeBufferPointer { literals throws(CodecError) in
      try unsafe codes.distances.entries.withUnsafeBufferPointer { distances throws(CodecError) in
        guard let literals = literals.baseAddress, let distances = distances.baseAddress else {
          return .input
        }
        // SAFETY: the tables belong to each other, and outlive the loop.
        return try unsafe run(literals, distances, &stream, until: inputLimit, to: &output)
      }
    }
  }

  /// The loop: literals, a length, a distance, the copy; again.
  ///
  /// A refill gives 57 bits, and comes where the next entry is being looked up already, so that the two
  /// loads do not wait for each other. A distance takes 28 of them at most and leaves 29. An entry with
  /// a length takes 16 of these, or 20 where it is in a subtable, and leaves the 9 that index the
  /// distances; an entry of literals takes 11, or 15. One turn reads fewer than 64 bits and writes no
  /// more than `slack`, so that only the places where it begins are checked.
  ///
  /// SAFETY: the tables are those of `DeflateCodes`; `output` has `slack` bytes behind its size.
  private static func run(
    _ literals: UnsafePointer<LiteralEntry>, _ distances: UnsafePointer<DeflateEntry>,
    _ stream: inout DeflateBits, until inputLimit: Int, to output: inout BlockOutput
  ) throws(CodecError) -> SymbolStop {
    // Locals, so that they live in registers: stores through the target could alias the fields.
    var bits = stream
    var target = unsafe output.target + output.written
    let start = unsafe output.target + output.frameStart
    let targetLimit = unsafe output.target + output.size
    defer {
      stream = bits
      output.written = unsafe target - output.target
    }
    let bitLimit = inputLimit &* 8
    bits.refill()
    var symbols = unsafe literals[bits.literalIndex]
    while bits.bit <= bitLimit {
      guard unsafe target <= targetLimit else { return .room }
      if !symbols.hasLength {
        if symbols.hasOnlyLiterals {
          unsafe put(symbols, &target)
          bits.consume(symbols.dropped)
          symbols = unsafe literals[bits.literalIndex]
          bits.refill()
        }
        if symbols.isSpecial {
          bits.consume(symbols.dropped)
          if symbols.isLink {
            symbols = unsafe literals[symbols.subtable &+ bits.peek(symbols.codeBits)]
            if symbols.isSpecial { bits.consume(symbols.dropped) }
          }
          if symbols.isSpecial {
            if symbols.isEndOfBlock { return .endOfBlock }
            throw CodecError("a code stands for no literal and no length")
          }
        }
        if !symbols.hasLength {
          unsafe put(symbols, &target)
          bits.consume(symbols.dropped)
          symbols = unsafe literals[bits.literalIndex]
          bits.refill()
          continue
        }
      }
      unsafe put(symbols, &target)
      let length = symbols.length(in: bits)
      bits.consume(symbols.dropped)

      var distanceEntry = unsafe distances[bits.distanceIndex]
      bits.refill()
      if distanceEntry.isSpecial {
        bits.consume(distanceEntry.dropped)
        if distanceEntry.isLink {
          let index = distanceEntry.base &+ bits.peek(distanceEntry.codeBits)
          distanceEntry = unsafe distances[index]
        }
        if distanceEntry.isSpecial {
          bits.consume(distanceEntry.dropped)
          throw CodecError("a code stands for no distance")
        }
      }
      let distance = distanceEntry.value(in: bits)
      bits.consume(distanceEntry.dropped)
      symbols = unsafe literals[bits.literalIndex]
      guard unsafe distance <= target - start else {
        throw CodecError("a distance reaches back before the first byte")
      }
      // SAFETY: `distance` is at least 1 and lies within the frame.
      unsafe WideCopy.repeatBytes(before: target, offset: distance, count: length)
      unsafe target += length
    }
    return .input
  }

  /// Writes the literals of an entry: two bytes always, of which as many count as there are.
  @inline(__always)
  private static func put(_ symbols: LiteralEntry, _ target: inout UnsafeMutableRawPointer) {
    unsafe target.storeBytes(of: symbols.literals.littleEndian, as: UInt16.self)
    unsafe target += symbols.literalCount
  }
}

extension DeflateBits {
  @inline(__always) fileprivate var literalIndex: Int {
    peek(UInt64(DeflateCodes.literalWidth))
  }
  @inline(__always) fileprivate var distanceIndex: Int {
    peek(UInt64(DeflateCodes.distanceWidth))
  }
}
