/// What kept something in a bucket from being listed or fetched.
package struct BucketError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The place: `s3://bucket/key`.
  package let place: String
  package let message: String
  /// S3's own word for it, where there is one: `AccessDenied`.
  package let code: String?

  package init(_ place: String, _ message: String, code: String? = nil) {
    self.place = place
    self.message = message
    self.code = code
  }

  package var description: String { "\(place): \(message)" }

  /// Whether the next try would end the same way.
  var isFinal: Bool {
    guard let code else { return false }
    return BucketError.hints[code] != nil || code == "PreconditionFailed" || code == "412"
  }

  /// What S3 or the AWS CLI said, with what to do about it.
  init(_ place: String, complaint: String, status: Int32) {
    let said = BucketError.redacted(BucketError.lastLine(complaint))
    let code = BucketError.code(in: said)
    let words = said.isEmpty ? "it ended with status \(status)" : said
    self.init(
      place, "the AWS CLI says: \(words)" + (BucketError.hint(code, said).map { "; \($0)" } ?? ""),
      code: code)
  }

  /// What is told by S3's codes.
  private static let hints = [
    "AccessDenied":
      "these credentials need s3:ListBucket on the bucket and s3:GetObject on its objects",
    "403": "these credentials need s3:ListBucket on the bucket and s3:GetObject on its objects",
    "NoSuchBucket": "check the bucket's name, and the profile and region that the AWS CLI uses",
    "NoSuchKey": "it was deleted since it was listed: run again",
    "ExpiredToken": "sign in again, as with 'aws sso login'",
    "InvalidAccessKeyId": "check the credentials with 'aws sts get-caller-identity'",
    "SignatureDoesNotMatch": "check the credentials with 'aws sts get-caller-identity'",
    "PermanentRedirect": "the bucket is in another region: set AWS_REGION",
    "InvalidObjectState": "the object is archived: restore it first",
  ]

  private static func hint(_ code: String?, _ said: String) -> String? {
    if let code, let hint = hints[code] { return hint }
    if said.contains("credentials") || said.contains("SSO") || said.contains("profile") {
      return "check with 'aws sts get-caller-identity'"
    }
    return nil
  }

  /// `An error occurred (AccessDenied) when calling …` has the code `AccessDenied`.
  private static func code(in said: String) -> String? {
    guard let start = said.firstIndex(of: "("), said[..<start].hasSuffix("An error occurred "),
      let end = said[start...].firstIndex(of: ")")
    else { return nil }
    return String(said[said.index(after: start)..<end])
  }

  /// The CLI tells at its end what was wrong, after warnings and traces.
  private static func lastLine(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).last { line in
      line.contains { !$0.isWhitespace }
    }
    return String((line ?? "").prefix(500))
  }

  /// The text without what looks like the id of an access key, should a message ever quote one.
  static func redacted(_ text: String) -> String {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for (position, word) in words.enumerated() {
      let letters = word.filter { $0.isLetter || $0.isNumber }
      let isKey = ["AKIA", "ASIA"].contains(letters.prefix(4)) && letters.utf8.count >= 16
      let isSecret =
        word.utf8.count >= 40 && !word.contains("://") && !word.contains(":")
        && word.contains(where: \.isNumber) && word.contains(where: \.isUppercase)
        && word.contains(where: \.isLowercase)
      if isKey || isSecret { words[position] = "(left out)" }
    }
    return words.joined(separator: " ")
  }
}
