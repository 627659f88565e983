import Buckets
import Files
import TestSupport
import Testing

@Suite struct BucketTests {
  private func bucket(_ fake: FakeBucket, isOffline: Bool = false) throws -> Bucket {
    try Bucket(
      FakeBucket.name,
      Bucket.Settings(
        program: AWSProgram(fake.program), cache: fake.cache, isOffline: isOffline))
  }

  private func text(_ path: String?) throws -> String {
    String(decoding: try FileSource(try #require(path)).readAll(), as: UTF8.self)
  }

  @Test func `a listing comes in pages, in the order of the keys`() throws {
    let fake = try FakeBucket()
    try fake.setPage(3)
    for number in 0..<10 { try fake.put("p/k\(number)", "\(number)") }
    try fake.put("q", "other")
    let objects = try bucket(fake).objects(prefix: "p/")
    #expect(objects.map(\.key) == (0..<10).map { "p/k\($0)" })
    #expect(try fake.requests().count == 4)
  }

  @Test func `what is here is fetched again only when it changed`() throws {
    let fake = try FakeBucket()
    try fake.put("a/x.csv", "one")
    try fake.put("a/y.csv", "two")
    func fetch() throws -> [String] {
      let bucket = try bucket(fake)
      let fetched = bucket.fetch(try bucket.objects(prefix: "a/"))
      #expect(fetched.failures.isEmpty)
      return try ["a/x.csv", "a/y.csv"].compactMap { fetched.files[$0] }.map(text)
        + [String(fetched.count)]
    }
    #expect(try fetch() == ["one", "two", "2"])
    #expect(try fetch() == ["one", "two", "0"])
    try fake.put("a/x.csv", "new")
    #expect(try fetch() == ["new", "two", "1"])
    try fake.delete("a/y.csv")
    #expect(try fetch() == ["new", "0"])
    #expect(try Directory.files(below: fake.cache + "/bucket").count == 1)
  }

  @Test func `a folder that is wanted as a whole is fetched by one request`() throws {
    let fake = try FakeBucket()
    for number in 0..<40 { try fake.put("a/\(number % 4)/k\(number).json", "{\(number)}") }
    let bucket = try bucket(fake)
    let objects = try bucket.objects(prefix: "a/")
    _ = try fake.requests()
    let fetched = bucket.fetch(objects, of: objects, below: "a/")
    #expect(fetched.files.count == 40 && fetched.failures.isEmpty)
    #expect(try fake.requests() == ["cp"])
    for object in objects {
      let number = try #require(object.key.split(separator: "k").last?.dropLast(5))
      #expect(try text(fetched.files[object.key]) == "{\(number)}")
    }
  }

  @Test func `of an encrypted folder one object tells that tags are no digests`() throws {
    let fake = try FakeBucket()
    for number in 0..<12 {
      try fake.put("a/k\(number)", "\(number)", tag: String(repeating: "0", count: 31) + "1")
    }
    try fake.say(",\"ServerSideEncryption\":\"aws:kms\"")
    let bucket = try bucket(fake)
    let objects = try bucket.objects(prefix: "a/")
    _ = try fake.requests()
    let fetched = bucket.fetch(objects, of: objects, below: "a/")
    #expect(fetched.files.count == 12 && fetched.failures.isEmpty)
    #expect(try fake.requests() == ["cp", "get-object"])
  }

  @Test func `damaged and short contents are tried twice and refused`() throws {
    let fake = try FakeBucket()
    try fake.put("x", "content", tag: String(repeating: "a", count: 32))
    try fake.put("y", "content", tag: "0123456789abcdef0123456789abcdef-2")
    let bucket = try bucket(fake)
    let objects = try bucket.objects(prefix: "")
    _ = try fake.requests()
    var fetched = bucket.fetch(objects)
    #expect(fetched.files.keys.sorted() == ["y"])
    #expect(fetched.failures["x"]?.message.contains("digest") == true)
    #expect(try fake.requests().count == 3)
    try fake.put("z", "content")
    try fake.spoil("more")
    fetched = bucket.fetch(try bucket.objects(prefix: "z"))
    #expect(fetched.failures["z"]?.message == "expected 7 bytes, received 11")
  }

  @Test func `an object that changes between listing and fetching is refused`() throws {
    let fake = try FakeBucket()
    try fake.put("x", "one")
    let bucket = try bucket(fake)
    let objects = try bucket.objects(prefix: "")
    try fake.put("x", "two")
    #expect(bucket.fetch(objects).failures["x"]?.message.contains("changed") == true)
    try fake.delete("x")
    #expect(bucket.fetch(objects).failures["x"]?.message.contains("deleted") == true)
  }

  /// Keys that are no paths, that are paths to elsewhere, or that are in each other's way.
  static let hostile = [
    "../../escaped", "a/../../../../escaped", "/etc/escaped", "a//b", "a/", "./x", "a/./b", "a",
    "A", "a/b", "a/B", "..", ".", "-rf", "a\\b", "a'b\"c", "a b", "tab\there", "line\nbreak",
    "%2e%2e/x", "%~/x", "$(touch x)", String(repeating: "n", count: 300),
    String(repeating: "é", count: 300), "a/" + String(repeating: "m/", count: 400), "~root/x",
    "bucket.jsonl", ".hidden", "\u{202E}x",
  ]

  @Test func `keys stay within the cache, each a file of its own`() throws {
    let fake = try FakeBucket()
    for key in BucketTests.hostile { try fake.put(key, "content of \(key)") }
    let bucket = try bucket(fake)
    // Among plain ones, so that folders would be fetched as a whole if they could be.
    let objects = try bucket.objects(prefix: "")
    #expect(objects.count == BucketTests.hostile.count)
    let fetched = bucket.fetch(objects, of: objects, below: "")
    #expect(fetched.failures.isEmpty)
    let root = try Directory.resolved(fake.cache + "/bucket") + "/"
    var files: Set<String> = []
    for key in BucketTests.hostile {
      let path = try Directory.resolved(try #require(fetched.files[key]))
      #expect(path.hasPrefix(root))
      #expect(files.insert(path.lowercased()).inserted)
      #expect(try text(path) == "content of \(key)")
    }
    #expect(try Directory.files(below: fake.cache + "/bucket").count == files.count)
  }

  @Test func `the same keys are found again, and go when they are deleted`() throws {
    let fake = try FakeBucket()
    for key in BucketTests.hostile { try fake.put(key, "content of \(key)") }
    do {
      let bucket = try bucket(fake)
      _ = bucket.fetch(try bucket.objects(prefix: ""))
    }
    do {
      let bucket = try bucket(fake)
      let again = bucket.fetch(try bucket.objects(prefix: ""))
      #expect(again.count == 0 && again.files.count == BucketTests.hostile.count)
      for (key, file) in again.files { #expect(try text(file) == "content of \(key)") }
      for key in BucketTests.hostile { try fake.delete(key) }
      _ = try bucket.objects(prefix: "")
    }
    #expect(try Directory.files(below: fake.cache + "/bucket").isEmpty)
  }

  @Test func `a key that the AWS CLI would take for a file is refused`() throws {
    let fake = try FakeBucket()
    try fake.put("file:///etc/hostname", "x")
    let bucket = try bucket(fake)
    let fetched = bucket.fetch(try bucket.objects(prefix: ""))
    #expect(fetched.failures.count == 1 && fetched.files.isEmpty)
  }

  @Test(arguments: [
    (
      "An error occurred (AccessDenied) when calling the X operation: Access Denied",
      "s3:ListBucket"
    ),
    ("An error occurred (ExpiredToken) when calling the X operation: expired", "sso login"),
    ("Unable to locate credentials. You can configure them.", "get-caller-identity"),
    ("Traceback\n  somewhere\nKeyError: 'x'", "KeyError"),
    ("", "status 254"),
  ])
  func `what the AWS CLI says is passed on`(said: String, expected: String) throws {
    let fake = try FakeBucket()
    try fake.fail(with: said)
    let error = #expect(throws: BucketError.self) { try bucket(fake).objects(prefix: "a/") }
    #expect(error?.description.contains(expected) == true)
    #expect(error?.description.hasPrefix("s3://bucket/a/: ") == true)
  }

  @Test func `what looks like a secret is left out`() throws {
    let fake = try FakeBucket()
    try fake.fail(
      with: "cannot sign for AKIAIOSFODNN7EXAMPLE with wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1")
    let error = #expect(throws: BucketError.self) { try bucket(fake).objects(prefix: "") }
    #expect(error?.description.contains("AKIA") == false)
    #expect(error?.description.contains("wJalr") == false)
  }

  @Test func `without the program, and in a cache that is none, it says so`() throws {
    let fake = try FakeBucket()
    var settings = Bucket.Settings(
      program: AWSProgram("kakeibo-no-such-aws"), cache: fake.cache)
    let error = #expect(throws: BucketError.self) {
      try Bucket(FakeBucket.name, settings).objects(prefix: "")
    }
    #expect(error?.description.contains("aws.amazon.com/cli") == true)
    settings.cache = fake.cache + "/other"
    try Directory.create(settings.cache + "/bucket/precious")
    #expect(throws: BucketError.self) { try Bucket(FakeBucket.name, settings) }
    #expect(Directory.kind(settings.cache + "/bucket/precious") == .directory)
  }

  @Test func `two runs do not use one cache at a time`() throws {
    let fake = try FakeBucket()
    let first = try bucket(fake)
    #expect(throws: BucketError.self) { try bucket(fake) }
    withExtendedLifetime(first) {}
  }

  @Test func `offline the cache is the bucket`() throws {
    let fake = try FakeBucket()
    try fake.put("a/x", "one")
    do {
      let bucket = try bucket(fake)
      _ = bucket.fetch(try bucket.objects(prefix: ""))
    }
    try fake.put("a/y", "two")
    try fake.fail(with: "no network")
    let bucket = try bucket(fake, isOffline: true)
    let objects = try bucket.objects(prefix: "a/")
    #expect(objects.map(\.key) == ["a/x"])
    #expect(try text(bucket.fetch(objects).files["a/x"]) == "one")
    let unknown = [BucketObject(key: "a/y", size: 3, tag: "x")]
    #expect(bucket.fetch(unknown).failures["a/y"]?.message.contains("--offline") == true)
  }

  @Test func `what a killed run left in the cache does not count`() throws {
    let fake = try FakeBucket()
    try fake.put("x", "one")
    do {
      let bucket = try bucket(fake)
      _ = bucket.fetch(try bucket.objects(prefix: ""))
    }
    let stray = try OutputFile(fake.cache + "/bucket/stray.csv")
    try stray.write("old")
    try stray.finish()
    _ = try bucket(fake)
    #expect(try Directory.files(below: fake.cache + "/bucket").map(Path.name) == ["x"])
  }
}
