/// What the rules of column names ask of a character. ASCII is answered without Unicode's tables: a bill
/// has hundreds of columns, and its headers are read several times before its first row is.
extension Character {
  var isLetterOrDigit: Bool {
    guard let byte = asciiValue else { return isLetter || isNumber }
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
    default: return false
    }
  }

  var isCapital: Bool {
    guard let byte = asciiValue else { return isUppercase }
    return (0x41...0x5A).contains(byte)
  }

  var inLowerCase: String {
    guard let byte = asciiValue, isCapital else {
      return asciiValue == nil ? lowercased() : String(self)
    }
    return String(UnicodeScalar(byte | 0x20))
  }
}
