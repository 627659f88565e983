import Buckets
import Testing

@Suite struct BucketURLTests {
  @Test(arguments: [
    ("s3://bucket/a/b.csv", "bucket", "a/b.csv"), ("s3://bucket", "bucket", ""),
    ("S3://bucket/", "bucket", ""), ("s3://bucket//a", "bucket", "/a"),
    (
      "s3://arn:aws:s3:us-east-1:111122223333:accesspoint/point/cur/x",
      "arn:aws:s3:us-east-1:111122223333:accesspoint/point", "cur/x"
    ),
  ])
  func `bucket and key are told apart`(text: String, bucket: String, key: String) throws {
    let url = try BucketURL(text)
    #expect(url.bucket == bucket && url.key == key)
  }

  @Test(arguments: [
    "s3://", "s3:///key", "s3://b", "s3://../x", "s3://a b c/x", "/s3", "s3://bad\0x/y",
  ])
  func `a text without a bucket's name is refused`(text: String) {
    #expect(throws: (any Error).self) { try BucketURL(text) }
  }

  @Test(arguments: [
    ("cur", "cur/a/b", true), ("cur", "cur", true), ("cur", "currency/a", false),
    ("cur/", "cur/a", true), ("", "anything", true), ("cur*", "currency/a", true),
    ("*/x.csv", "a/x.csv", true), ("*/x.csv", "a/b/x.csv", false), ("**/x.csv", "a/b/x.csv", true),
    ("**/x.csv", "x.csv", true), ("a/**/b/*.gz", "a/1/2/b/c.gz", true), ("a?c", "abc/d", true),
    ("a[b-d]c", "acc", true), ("a[!b-d]c", "acc", false), ("a[!b-d]c", "azc", true),
    ("2026-*/x", "2026-05/x", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbY", false),
    ("[", "[", true), ("a[", "a[/x", true),
  ])
  func `a place covers keys as a path covers files`(place: String, key: String, covers: Bool) throws
  {
    #expect(try BucketURL("s3://bucket/" + place).covers(key) == covers)
  }

  @Test func `a pattern of many stars does not take for ever`() throws {
    let url = try BucketURL("s3://bucket/" + String(repeating: "a*", count: 40) + "b")
    #expect(!url.covers(String(repeating: "a", count: 500)))
    let deep = try BucketURL("s3://bucket/" + String(repeating: "**/", count: 60) + "b")
    #expect(!deep.covers(String(repeating: "a/", count: 200) + "c"))
  }
}
