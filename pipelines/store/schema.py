"""The tables of the record and the steps that bring an older file to them."""

# A promoted column holds the JSON text of its value, so that 1, 1.0, true and "1" stay apart as they do in Python.
# A `day` is a publication date that is written as one and exists in the calendar; such days sort as text.
# `changes` holds what the last transaction did to the passages: what the keyword index has to catch up with.
_FIRST = """
CREATE TABLE properties (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE generations (number INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL) STRICT;
INSERT INTO generations (token) VALUES (lower(hex(randomblob(8))));

CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT,
    published TEXT
) STRICT;
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX articles_by_day ON articles (published DESC, title, id);
CREATE TABLE article_texts (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    content TEXT,
    meta TEXT NOT NULL,
    extra TEXT,
    article_id TEXT GENERATED ALWAYS AS (meta -> '$."article_id"') STORED,
    source TEXT GENERATED ALWAYS AS (meta -> '$."source"') STORED,
    published TEXT GENERATED ALWAYS AS (meta -> '$."published"') STORED,
    day TEXT GENERATED ALWAYS AS (
        CASE WHEN meta ->> '$."published"' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
                  AND meta ->> '$."published"' > '0001'
                  AND date(julianday(meta ->> '$."published"')) = meta ->> '$."published"'
             THEN meta ->> '$."published"' END
    ) STORED
) STRICT;
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_by_source ON passages (source);
CREATE INDEX passages_by_day ON passages (day);
CREATE TABLE vectors (
    key INTEGER PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
    embedding BLOB NOT NULL
) STRICT;

CREATE TABLE changes (key INTEGER PRIMARY KEY, stale INTEGER NOT NULL) STRICT;
CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
    INSERT INTO changes VALUES (new.key, 0);
END;
CREATE TRIGGER passage_changed AFTER UPDATE OF content, meta ON passages BEGIN
    INSERT OR REPLACE INTO changes VALUES (new.key, 1);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
    INSERT OR REPLACE INTO changes VALUES (old.key, 1);
END;

CREATE TABLE derived (
    name TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    seal TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    high_key INTEGER NOT NULL,
    size INTEGER NOT NULL,
    dead INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
    UPDATE derived SET dead = dead + 1 WHERE name = 'vectors' AND high_key >= old.key;
END;
"""

# Articles whose texts are copies of each other are of one family, named by the number of its first member; numbers are
# never used again. `family` is null in that first member and in an article without copies.
_FAMILIES = """
CREATE TABLE wordings (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
    digest INTEGER NOT NULL,
    family INTEGER,
    anchors TEXT NOT NULL
) STRICT;
CREATE TABLE anchors (
    anchor INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (anchor, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER wording_removed AFTER DELETE ON wordings BEGIN
    DELETE FROM anchors WHERE number = old.number AND anchor IN (SELECT value FROM json_each(old.anchors));
END;
"""

# Each entry brings the record from one version to the next; entries are only ever added.
MIGRATIONS = (_FIRST, _FAMILIES)
