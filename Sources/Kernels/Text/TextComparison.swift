import Columns

/// Comparison of VARCHAR, VARBINARY and JSON columns, byte by byte.
enum TextComparison {
  static func compare(_ a: Column, _ b: Column, _ sign: Comparison.Operator) -> Column {
    let left = TextReader(a)
    let right = TextReader(b)
    let isConstant = left.stride == 0 && right.stride == 0
    let count = isConstant ? min(a.count, 1) : a.count
    let values: [Bool] =
      switch sign {
      case .equal: equal(left, right, count, wanted: true)
      case .notEqual: equal(left, right, count, wanted: false)
      case .less: ordered(left, right, count) { $0 < 0 }
      case .lessOrEqual: ordered(left, right, count) { $0 <= 0 }
      }
    if isConstant {
      return Column(.boolean, constant: .boolean(values.first ?? false), count: a.count)
    }
    return Column(.boolean, .boolean(values), left.validity.intersection(right.validity))
  }

  private static func equal(
    _ a: TextReader, _ b: TextReader, _ count: Int, wanted: Bool
  ) -> [Bool] {
    let left = a.vector.bytes.span
    let right = b.vector.bytes.span
    let leftOffsets = a.vector.offsets.span
    let rightOffsets = b.vector.offsets.span
    return [Bool](capacity: count) { out in
      for row in 0..<count {
        let start = Int(leftOffsets[row * a.stride])
        let otherStart = Int(rightOffsets[row * b.stride])
        let length = Int(leftOffsets[row * a.stride + 1]) - start
        var isEqual = length == Int(rightOffsets[row * b.stride + 1]) - otherStart
        var offset = 0
        while isEqual && offset < length {
          isEqual = left[start + offset] == right[otherStart + offset]
          offset += 1
        }
        out.append(isEqual == wanted)
      }
    }
  }

  @inline(__always)
  private static func ordered(
    _ a: TextReader, _ b: TextReader, _ count: Int, _ keep: (Int) -> Bool
  ) -> [Bool] {
    let left = a.vector.bytes.span
    let right = b.vector.bytes.span
    let leftOffsets = a.vector.offsets.span
    let rightOffsets = b.vector.offsets.span
    return [Bool](capacity: count) { out in
      for row in 0..<count {
        let start = Int(leftOffsets[row * a.stride])
        let otherStart = Int(rightOffsets[row * b.stride])
        let length = Int(leftOffsets[row * a.stride + 1]) - start
        let otherLength = Int(rightOffsets[row * b.stride + 1]) - otherStart
        let shared = min(length, otherLength)
        var offset = 0
        while offset < shared && left[start + offset] == right[otherStart + offset] {
          offset += 1
        }
        out.append(
          keep(
            offset == shared
              ? length - otherLength
              : Int(left[start + offset]) - Int(right[otherStart + offset])))
      }
    }
  }
}

/// A text column as a loop reads it: row `i` is text `i * stride` of the vector.
struct TextReader {
  let vector: TextVector
  let validity: Validity
  /// 1, or 0 for a constant.
  let stride: Int

  private init(_ vector: TextVector, _ validity: Validity, stride: Int) {
    self.vector = vector
    self.validity = validity
    self.stride = stride
  }

  init(_ column: Column) {
    switch column.form {
    case .flat(.text(let vector), let validity):
      self.init(vector, validity, stride: 1)
    case .constant(.bytes(let bytes)):
      let vector = TextVector(bytes: bytes, offsets: [0, Int32(bytes.count)])
      self.init(vector, .allPresent, stride: 0)
    case .dictionary: self.init(column.flattened())
    case .flat, .constant:
      let mask = [Bool](repeating: false, count: column.count)
      let empty = TextVector(bytes: [], offsets: [0, 0])
      self.init(empty, Validity(checking: mask), stride: 0)
    }
  }
}
