/// The one loop of this module that copies memory without checked subscripts: gathering texts is most
/// of what it costs to turn dictionary columns into plain ones.

extension TextVector {
  /// The texts at `rows`, in that order, repeats allowed.
  ///
  /// - Precondition: the rows exist, and their texts together fill 2 GiB at most.
  /// - Complexity: O(`rows.count` + the bytes gathered), two allocations.
  package func gathered(_ rows: [UInt32]) -> TextVector {
    var total = 0
    // Negative once a text lies outside of the bytes.
    var signs = 0
    let newOffsets = [Int32](capacity: rows.count + 1) { target in
      let offsets = self.offsets.span
      let rows = rows.span
      let limit = bytes.count
      target.append(0)
      for position in rows.indices {
        let row = Int(rows[position])
        let (start, end) = (Int(offsets[row]), Int(offsets[row + 1]))
        signs |= start | (end &- start) | (limit &- end)
        total &+= end &- start
        target.append(Int32(truncatingIfNeeded: total))
      }
    }
    precondition(signs >= 0, "the offsets of a column of texts do not fit its bytes")
    precondition(total <= Int(Int32.max), "a column of texts holds 2 GiB at most")
    return TextVector(bytes: gatheredBytes(rows, count: total), offsets: newOffsets)
  }

  /// The bytes of the texts at `rows`, whose lengths add up to `total`.
  private func gatheredBytes(_ rows: [UInt32], count total: Int) -> [UInt8] {
    typealias Block = SIMD16<UInt8>
    let blockSize = 16
    // With a block more behind them, the last texts of a small dictionary go by whole blocks too.
    let bytes =
      bytes.count <= 4 &* rows.count
      ? bytes + repeatElement(0, count: blockSize) : bytes
    return unsafe [UInt8](unsafeUninitializedCapacity: total + blockSize) { target, initialized in
      initialized = total
      guard total > 0, let to = UnsafeMutableRawPointer(target.baseAddress) else { return }
      let offsets = self.offsets.span
      let rows = rows.span
      unsafe bytes.withUnsafeBytes { source in
        guard let from = source.baseAddress else { return }
        var written = 0
        for position in rows.indices {
          let row = Int(rows[position])
          let start = Int(offsets[row])
          let length = Int(offsets[row + 1]) &- start
          // SAFETY: the caller checked that each text lies within the bytes and that their lengths add
          // up to `total`. Blocks are read only while they lie within the source; written, they reach
          // at most a block behind `total`, which is allocated; what is written too much is
          // overwritten by the next text or not part of the array.
          if length <= 4 &* blockSize && start &+ length &+ blockSize <= source.count {
            var copied = 0
            while copied < length {
              let block = unsafe from.loadUnaligned(fromByteOffset: start &+ copied, as: Block.self)
              unsafe to.storeBytes(of: block, toByteOffset: written &+ copied, as: Block.self)
              copied &+= blockSize
            }
          } else {
            unsafe (to + written).copyMemory(from: from + start, byteCount: length)
          }
          written &+= length
        }
      }
    }
  }
}
