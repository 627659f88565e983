/// The stem of an English word in lower case: what its forms have in common.
///
/// Source: M. Porter, "The English (Porter2) stemming algorithm", snowballstem.org.
struct EnglishStem {
  /// The word, a Y that is a consonant in upper case.
  private var word: [UInt8]
  /// Where the parts behind the first and the second syllable begin.
  private var first = 0
  private var second = 0

  static func stem(_ word: some Collection<UInt8>) -> [UInt8] {
    let text = String(decoding: word, as: UTF8.self)
    if let irregular = irregular[text] { return Array(irregular.utf8) }
    guard word.count > 2 else { return Array(word) }
    var stem = EnglishStem(Array(word))
    stem.removePossessive()
    stem.removePlural()
    if !unchanged.contains(String(decoding: stem.word, as: UTF8.self)) {
      stem.removePast()
      stem.replaceY()
      stem.shortenSuffix()
      stem.removeDerivation()
      stem.removeSuffix()
      stem.removeEnd()
    }
    return stem.word.map { $0 == yConsonant ? y : $0 }
  }

  private init(_ letters: [UInt8]) {
    word = Array(letters.drop { $0 == UInt8(ascii: "'") })
    for position in word.indices where word[position] == Self.y {
      if position == 0 || isVowel(position - 1) { word[position] = Self.yConsonant }
    }
    let prefix = ["gener", "commun", "arsen"].first { word.starts(with: $0.utf8) }
    first = prefix?.utf8.count ?? regionStart(from: 0)
    second = regionStart(from: first)
  }

  // MARK: Letters

  private static let y = UInt8(ascii: "y")
  private static let yConsonant = UInt8(ascii: "Y")
  private static let vowels = Set("aeiouy".utf8)

  private func isVowel(_ position: Int) -> Bool { Self.vowels.contains(word[position]) }

  /// Behind the first consonant that follows a vowel.
  private func regionStart(from start: Int) -> Int {
    guard start + 1 < word.count else { return word.count }
    for position in (start + 1)..<word.count where !isVowel(position) && isVowel(position - 1) {
      return position + 1
    }
    return word.count
  }

  private func ends(_ suffix: String) -> Bool {
    word.reversed().starts(with: suffix.utf8.reversed())
  }

  /// The longest of some endings.
  private func ending(_ suffixes: [String]) -> String? {
    suffixes.filter(ends).max { $0.utf8.count < $1.utf8.count }
  }

  private func lies(_ suffix: String, behind region: Int) -> Bool {
    word.count - suffix.utf8.count >= region
  }

  private mutating func replace(_ suffix: String, by new: String) {
    word.removeLast(suffix.utf8.count)
    word += new.utf8
  }

  private func hasVowel(before end: Int) -> Bool { (0..<max(0, end)).contains { isVowel($0) } }

  /// Whether the letters before `end` end in a short syllable.
  private func endsShort(_ end: Int) -> Bool {
    guard end >= 2, !isVowel(end - 1), isVowel(end - 2) else { return false }
    if end == 2 { return true }
    return !isVowel(end - 3) && !"wxY".utf8.contains(word[end - 1])
  }

  // MARK: Steps 0 and 1

  private mutating func removePossessive() {
    if let suffix = ending(["'", "'s", "'s'"]) { replace(suffix, by: "") }
  }

  private mutating func removePlural() {
    switch ending(["sses", "ied", "ies", "us", "ss", "s"]) {
    case "sses": replace("sses", by: "ss")
    case let suffix? where suffix == "ied" || suffix == "ies":
      replace(suffix, by: word.count > 4 ? "i" : "ie")
    case "s": if hasVowel(before: word.count - 2) { word.removeLast() }
    default: break
    }
  }

  private mutating func removePast() {
    guard let suffix = ending(["eed", "eedly", "ed", "edly", "ing", "ingly"]) else { return }
    if suffix.hasPrefix("eed") {
      if lies(suffix, behind: first) { replace(suffix, by: "ee") }
      return
    }
    guard hasVowel(before: word.count - suffix.utf8.count) else { return }
    replace(suffix, by: "")
    if ending(["at", "bl", "iz"]) != nil {
      word.append(UInt8(ascii: "e"))
    } else if ending(["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"]) != nil {
      word.removeLast()
    } else if first >= word.count, endsShort(word.count) {
      word.append(UInt8(ascii: "e"))
    }
  }

  private mutating func replaceY() {
    let end = word.count - 1
    guard end >= 2, word[end] == Self.y || word[end] == Self.yConsonant, !isVowel(end - 1) else {
      return
    }
    word[end] = UInt8(ascii: "i")
  }

  // MARK: Steps 2 to 5

  private static let shortened: [String: String] = [
    "tional": "tion", "enci": "ence", "anci": "ance", "abli": "able", "entli": "ent",
    "izer": "ize", "ization": "ize", "ational": "ate", "ation": "ate", "ator": "ate",
    "alism": "al", "aliti": "al", "alli": "al", "fulness": "ful", "ousli": "ous",
    "ousness": "ous", "iveness": "ive", "iviti": "ive", "biliti": "ble", "bli": "ble",
    "ogi": "og", "fulli": "ful", "lessli": "less", "li": "",
  ]

  private mutating func shortenSuffix() {
    guard let suffix = ending(Array(Self.shortened.keys)), lies(suffix, behind: first) else {
      return
    }
    let before = word.dropLast(suffix.utf8.count).last ?? 0
    if suffix == "ogi", before != UInt8(ascii: "l") { return }
    if suffix == "li", !"cdeghkmnrt".utf8.contains(before) { return }
    replace(suffix, by: Self.shortened[suffix] ?? "")
  }

  private static let derived: [String: String] = [
    "tional": "tion", "ational": "ate", "alize": "al", "icate": "ic", "iciti": "ic",
    "ical": "ic", "ful": "", "ness": "", "ative": "",
  ]

  private mutating func removeDerivation() {
    guard let suffix = ending(Array(Self.derived.keys)), lies(suffix, behind: first) else { return }
    if suffix == "ative", !lies(suffix, behind: second) { return }
    replace(suffix, by: Self.derived[suffix] ?? "")
  }

  private static let removed = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate",
    "iti", "ous", "ive", "ize", "ion",
  ]

  private mutating func removeSuffix() {
    guard let suffix = ending(Self.removed), lies(suffix, behind: second) else { return }
    let before = word.dropLast(suffix.utf8.count).last ?? 0
    if suffix == "ion", !"st".utf8.contains(before) { return }
    replace(suffix, by: "")
  }

  private mutating func removeEnd() {
    if ends("e") {
      let isShort = endsShort(word.count - 1)
      if lies("e", behind: second) || (lies("e", behind: first) && !isShort) { word.removeLast() }
    } else if ends("ll"), lies("l", behind: second) {
      word.removeLast()
    }
  }

  // MARK: Exceptions

  private static let irregular: [String: String] = [
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie",
    "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli",
    "singly": "singl", "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas",
    "cosmos": "cosmos", "bias": "bias", "andes": "andes",
  ]

  /// As they are behind the step for plurals.
  private static let unchanged: Set<String> = [
    "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
  ]
}
