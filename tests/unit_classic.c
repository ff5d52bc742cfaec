/*
 * The classic protocol as text: what a client's line asks for, what a
 * server's line tells, and that nothing said can pass for a notice.
 */
#include "common/classic.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* Parses a heap copy of just these bytes; arg comes back as an offset. */
static struct classic_request
request(const char *data, size_t len, size_t *arg)
{
	struct classic_request req;
	char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, data, len);
	req = classic_parse_request(copy, len);
	if (req.arg != NULL) {
		assert_true(req.arg >= copy);
		assert_true(req.arg + req.arg_len <= copy + len);
		*arg = (size_t)(req.arg - copy);
	}
	free(copy);
	return req;
}

static void
every_request_of_the_table_is_understood(void **state)
{
	static const struct {
		const char		*data;
		enum classic_verb	 verb;
		const char		*arg;
	} rows[] = {
		{ "L alice", CLASSIC_LOGIN, "alice" },
		{ "L 小明", CLASSIC_LOGIN, "小明" },
		{ "L  alice", CLASSIC_LOGIN, " alice" },
		{ "L ", CLASSIC_LOGIN, "" },
		{ "L", CLASSIC_BAD, "" },
		{ "Lalice", CLASSIC_BAD, "" },
		{ "L\talice", CLASSIC_BAD, "" },
		{ "l alice", CLASSIC_BAD, "" },
		{ " L alice", CLASSIC_BAD, "" },
		{ "C alice hello there", CLASSIC_SAY, "alice hello there" },
		{ "C hello", CLASSIC_SAY, "hello" },
		{ "C ", CLASSIC_SAY, "" },
		{ "C", CLASSIC_BAD, "" },
		{ "Q", CLASSIC_QUIT, "" },
		{ "Q alice", CLASSIC_QUIT, "alice" },
		{ "Q ", CLASSIC_QUIT, "" },
		{ "E", CLASSIC_QUIT, "" },
		{ "E alice", CLASSIC_QUIT, "alice" },
		{ "Quit", CLASSIC_BAD, "" },
		{ "EXIT", CLASSIC_BAD, "" },
		{ "OK", CLASSIC_REPLY, "" },
		{ "FAIL", CLASSIC_REPLY, "" },
		{ "Y", CLASSIC_REPLY, "" },
		{ "N", CLASSIC_REPLY, "" },
		{ "OK ", CLASSIC_BAD, "" },
		{ "No", CLASSIC_BAD, "" },
		{ "hello", CLASSIC_BAD, "" },
		{ "", CLASSIC_BAD, "" },
		{ "\xff", CLASSIC_BAD, "" },
		{ "L al\xc3", CLASSIC_BAD, "" },
		{ "C \xed\xa0\x80", CLASSIC_BAD, "" }
	};
	static const char *const ends[] = { "", "\n", "\r\n" };
	struct classic_request req;
	char data[64];
	size_t i, j, arg;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		for (j = 0; j < LEN(ends); j++) {
			snprintf(data, sizeof(data), "%s%s", rows[i].data,
			    ends[j]);
			req = request(data, strlen(data), &arg);
			assert_int_equal(req.verb, rows[i].verb);
			assert_int_equal(req.newline, j > 0);
			assert_int_equal(req.arg_len, strlen(rows[i].arg));
			if (req.arg_len > 0)
				assert_memory_equal(data + arg, rows[i].arg,
				    req.arg_len);
		}
	}
}

static void
only_one_newline_is_taken_off_a_request(void **state)
{
	struct classic_request req;
	size_t arg;

	(void)state;
	req = request("L alice\n\n", 9, &arg);
	assert_true(req.newline);
	assert_int_equal(req.arg_len, 6);
	req = request("L alice\0", 8, &arg);
	assert_false(req.newline);
	assert_int_equal(req.arg_len, 6);
	req = request("L alice\r", 8, &arg);
	assert_false(req.newline);
	assert_int_equal(req.arg_len, 6);
}

static void
an_over_long_request_is_bad_but_its_newline_is_seen(void **state)
{
	char data[CLASSIC_BYTES + 2];
	struct classic_request req;
	size_t arg;

	(void)state;
	memset(data, 'x', sizeof(data));
	memcpy(data, "C ", 2);
	req = request(data, CLASSIC_BYTES, &arg);
	assert_int_equal(req.verb, CLASSIC_SAY);
	req = request(data, CLASSIC_BYTES + 1, &arg);
	assert_int_equal(req.verb, CLASSIC_BAD);
	assert_false(req.newline);
	data[CLASSIC_BYTES + 1] = '\n';
	req = request(data, CLASSIC_BYTES + 2, &arg);
	assert_int_equal(req.verb, CLASSIC_BAD);
	assert_true(req.newline);
}

static void
only_the_speakers_own_name_is_taken_off_the_words(void **state)
{
	static const struct {
		const char	*arg;
		const char	*words;
	} rows[] = {
		{ "Alice hi", "hi" },
		{ "alice hi", "hi" },
		{ "ＡＬＩＣＥ hi", "hi" },
		{ "hi", "hi" },
		{ "bob hi", "bob hi" },
		{ "alice", "alice" },
		{ "alice ", "" },
		{ "alice  hi", " hi" },
		{ "alice alice hi", "alice hi" },
		{ " alice hi", " alice hi" },
		{ "alice: hi", "alice: hi" },
		{ "", "" },
		{ " ", "" },
		{ "\033[31mred", "[31mred" },
		{ "a\tb", "a b" },
		{ "one\r\ntwo\n\nthree", "one two three" },
		{ "\342\200\256evil", "evil" }
	};
	char dst[CLASSIC_BYTES];
	size_t i, len;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		len = classic_words(dst, rows[i].arg, strlen(rows[i].arg),
		    "Alice", 5);
		assert_int_equal(len, strlen(rows[i].words));
		assert_memory_equal(dst, rows[i].words, len);
	}
}

static void
words_are_never_cut(void **state)
{
	char arg[CLASSIC_BYTES + 1], dst[CLASSIC_BYTES];

	(void)state;
	memset(arg, 'x', sizeof(arg));
	memcpy(arg, "bob ", 4);
	assert_int_equal(classic_words(dst, arg, 4 + TEXT_LINE_BYTES, "bob",
	    3), TEXT_LINE_BYTES);
	assert_int_equal(classic_words(dst, arg, 5 + TEXT_LINE_BYTES, "bob",
	    3), 0);
	/* Long only until it is cleaned. */
	memset(arg, '\a', CLASSIC_BYTES);
	arg[0] = 'x';
	assert_int_equal(classic_words(dst, arg, CLASSIC_BYTES, "bob", 3), 1);
	assert_int_equal(classic_words(dst, arg, CLASSIC_BYTES + 1, "bob", 3),
	    0);
}

static struct entry
entry(enum entry_kind kind, const char *author, const char *text)
{
	struct entry e = { .kind = kind, .author = author,
	    .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) };

	return e;
}

static void
a_server_says_every_entry_in_both_languages(void **state)
{
	static const struct {
		enum entry_kind	 kind;
		const char	*author, *text;
		const char	*line[2];
	} rows[] = {
		{ ENTRY_SAY, "alice", "hello",
		    { "alice: hello", "alice: hello" } },
		{ ENTRY_ACT, "alice", "waves",
		    { "alice: * waves", "alice: * waves" } },
		{ ENTRY_JOIN, "alice", "", { "alice entered the chat room",
		    "alice 进入了聊天室" } },
		{ ENTRY_LEAVE, "小明", "", { "小明 left the chat room",
		    "小明 退出了聊天室" } },
		{ ENTRY_TIMEOUT, "alice", "", { "alice left the chat room",
		    "alice 退出了聊天室" } },
		{ ENTRY_ANNOUNCE, "", "maintenance",
		    { "Admin: maintenance", "管理员消息：maintenance" } },
		{ ENTRY_SAY, "alice", "two\nlines",
		    { "alice: two lines", "alice: two lines" } },
		{ ENTRY_RENAME, "alice", "bob", { "", "" } },
		{ ENTRY_START, "", "", { "", "" } },
		{ ENTRY_PART, "alice", "x", { "alice: x", "alice: x" } }
	};
	char dst[CLASSIC_BYTES];
	struct entry e;
	size_t i, lang, len;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		e = entry(rows[i].kind, rows[i].author, rows[i].text);
		for (lang = 0; lang < 2; lang++) {
			len = classic_format(dst, &e, (enum classic_lang)lang);
			assert_int_equal(len, strlen(rows[i].line[lang]));
			assert_memory_equal(dst, rows[i].line[lang], len);
		}
	}
}

/* Reads a heap copy of the line; the entry's views are copied out. */
static enum classic_answer
answer(const char *data, size_t len, enum entry_kind *kind, char author[64],
    char text[CLASSIC_BYTES + 1])
{
	enum classic_answer a;
	char buf[CLASSIC_BYTES], *copy = malloc(len > 0 ? len : 1);
	struct entry e;

	assert_non_null(copy);
	memcpy(copy, data, len);
	a = classic_parse_answer(buf, copy, len, &e);
	if (a == CLASSIC_ENTRY) {
		*kind = e.kind;
		assert_true(e.author_len <= TEXT_NAME_BYTES);
		assert_true(e.text_len <= TEXT_LINE_BYTES);
		snprintf(author, 64, "%.*s", (int)e.author_len,
		    e.author == NULL ? "" : e.author);
		snprintf(text, CLASSIC_BYTES + 1, "%.*s", (int)e.text_len,
		    e.text == NULL ? "" : e.text);
		assert_true(text_valid(text, strlen(text)));
		assert_true(e.seq == 0 && e.time_ms == 0 && e.id == 0);
	}
	free(copy);
	return a;
}

static void
a_client_reads_back_what_a_server_says(void **state)
{
	static const enum entry_kind kinds[] = { ENTRY_SAY, ENTRY_JOIN,
	    ENTRY_LEAVE, ENTRY_ANNOUNCE };
	static const char *const names[] = { "alice", "小明", "a:b", "L", "C",
	    "entered", "OK" };
	static const char *const texts[] = { "hello", "你好：再见", "* waves",
	    "bob entered the chat room", "Admin: hi", "a: b", " indented",
	    "进入了聊天室" };
	char line[CLASSIC_BYTES], author[64], text[CLASSIC_BYTES + 1];
	size_t k, n, t, lang, len;
	enum entry_kind kind;
	struct entry e;

	(void)state;
	for (lang = 0; lang < 2; lang++)
	for (k = 0; k < LEN(kinds); k++)
	for (n = 0; n < LEN(names); n++)
	for (t = 0; t < LEN(texts); t++) {
		e = entry(kinds[k], kinds[k] == ENTRY_ANNOUNCE ? "" : names[n],
		    texts[t]);
		if (e.kind == ENTRY_JOIN || e.kind == ENTRY_LEAVE)
			e.text_len = 0;
		len = classic_format(line, &e, (enum classic_lang)lang);
		assert_int_equal(answer(line, len, &kind, author, text),
		    CLASSIC_ENTRY);
		assert_int_equal(kind, e.kind);
		assert_int_equal(strlen(author), e.author_len);
		assert_memory_equal(author, e.author, e.author_len);
		assert_int_equal(strlen(text), e.text_len);
		assert_memory_equal(text, e.text, e.text_len);
	}
}

static void
foreign_lines_are_read_as_well_as_they_can_be(void **state)
{
	static const struct {
		const char		*line;
		enum classic_answer	 answer;
		enum entry_kind		 kind;
		const char		*author, *text;
	} rows[] = {
		{ "OK", CLASSIC_YES, 0, "", "" },
		{ "Y\r\n", CLASSIC_YES, 0, "", "" },
		{ "FAIL\n", CLASSIC_NO, 0, "", "" },
		{ "N", CLASSIC_NO, 0, "", "" },
		{ "", CLASSIC_NOTHING, 0, "", "" },
		{ "\r\n", CLASSIC_NOTHING, 0, "", "" },
		{ "   ", CLASSIC_NOTHING, 0, "", "" },
		{ "\xff\xfe", CLASSIC_NOTHING, 0, "", "" },
		{ "bob: \n", CLASSIC_NOTHING, 0, "", "" },
		/* Any text may follow a name and a colon. */
		{ "bob: hi\r\n", CLASSIC_ENTRY, ENTRY_SAY, "bob", "hi" },
		{ "bob: \033]0;owned\a", CLASSIC_ENTRY, ENTRY_SAY, "bob",
		    "]0;owned" },
		{ "bob:", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "", "bob:" },
		{ "bob:hi", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "", "bob:hi" },
		/* The words typed otherwise than this server types them. */
		{ "管理员消息: 停机", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "",
		    "停机" },
		{ "管理员消息:停机", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "",
		    "停机" },
		{ "admin: hi", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "",
		    "admin: hi" },
		/* Names that cannot be: the line is shown as it came. */
		{ "~bob: hi", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "", "~bob: hi" },
		{ ": hi", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "", ": hi" },
		{ " entered the chat room", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "",
		    " entered the chat room" },
		{ "Bob Smith entered the chat room", CLASSIC_ENTRY,
		    ENTRY_ANNOUNCE, "", "Bob Smith entered the chat room" },
		{ "bob entered the chat room.", CLASSIC_ENTRY,
		    ENTRY_ANNOUNCE, "", "bob entered the chat room." },
		{ "there are 3 users", CLASSIC_ENTRY, ENTRY_ANNOUNCE, "",
		    "there are 3 users" },
		/* Somebody says what would be a notice without his name. */
		{ "eve: bob left the chat room", CLASSIC_ENTRY, ENTRY_SAY,
		    "eve", "bob left the chat room" },
		{ "eve: Admin: free coffee", CLASSIC_ENTRY, ENTRY_SAY, "eve",
		    "Admin: free coffee" },
		{ "eve:: bob left the chat room", CLASSIC_ENTRY, ENTRY_SAY,
		    "eve:", "bob left the chat room" },
		{ "eve: entered the chat room", CLASSIC_ENTRY, ENTRY_SAY,
		    "eve", "entered the chat room" }
	};
	char author[64], text[CLASSIC_BYTES + 1];
	enum entry_kind kind;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		assert_int_equal(answer(rows[i].line, strlen(rows[i].line),
		    &kind, author, text), rows[i].answer);
		if (rows[i].answer != CLASSIC_ENTRY)
			continue;
		assert_int_equal(kind, rows[i].kind);
		assert_string_equal(author, rows[i].author);
		assert_string_equal(text, rows[i].text);
	}
	/* A C program that sends its whole buffer. */
	assert_int_equal(answer("OK\0\0", 4, &kind, author, text),
	    CLASSIC_YES);
	assert_int_equal(answer("OK\n\0", 4, &kind, author, text),
	    CLASSIC_YES);
}

static void
a_longer_foreign_line_is_cut_with_a_mark(void **state)
{
	char line[CLASSIC_BYTES], author[64], text[CLASSIC_BYTES + 1];
	enum entry_kind kind;
	size_t i;

	(void)state;
	strlcpy(line, "bob: ", sizeof(line));
	for (i = 5; i + 3 <= sizeof(line); i += 3)
		memcpy(line + i, "中", 3);
	assert_int_equal(answer(line, i, &kind, author, text), CLASSIC_ENTRY);
	assert_string_equal(author, "bob");
	assert_true(strlen(text) > TEXT_LINE_BYTES - 3);
	assert_string_equal(text + strlen(text) - 3, "…");
	line[5] = 'x';
	assert_int_equal(answer(line, 6 + TEXT_LINE_BYTES, &kind, author,
	    text), CLASSIC_NOTHING);
}

static void
the_environment_chooses_the_language(void **state)
{
	static const struct {
		const char		*all, *messages, *lang;
		enum classic_lang	 want;
	} rows[] = {
		{ NULL, NULL, NULL, CLASSIC_EN },
		{ "", "", "", CLASSIC_EN },
		{ NULL, NULL, "zh_CN.UTF-8", CLASSIC_ZH },
		{ NULL, NULL, "zh", CLASSIC_ZH },
		{ NULL, NULL, "zh.UTF-8", CLASSIC_ZH },
		{ NULL, "zh_TW", "en_US.UTF-8", CLASSIC_ZH },
		{ "C", "zh_CN", "zh_CN", CLASSIC_EN },
		{ "", "zh_CN", "C", CLASSIC_ZH },
		{ "en_US.UTF-8", NULL, "zh_CN", CLASSIC_EN },
		{ NULL, NULL, "zha_XX", CLASSIC_EN },
		{ NULL, NULL, "z", CLASSIC_EN }
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++)
		assert_int_equal(classic_lang(rows[i].all, rows[i].messages,
		    rows[i].lang), rows[i].want);
}

/* Mutated lines: the parsers stay inside their input, whatever it is. */
static void
no_bytes_hurt_the_parsers(void **state)
{
	static const char *const seeds[] = { "L alice\n", "C alice hello",
	    "bob: hello", "bob entered the chat room",
	    "管理员消息：服务器", "小明 退出了聊天室" };
	char data[64], author[64], text[CLASSIC_BYTES + 1];
	uint32_t random = 1;
	enum entry_kind kind;
	size_t i, j, len, arg;

	(void)state;
	for (i = 0; i < 20000; i++) {
		len = strlcpy(data, seeds[i % LEN(seeds)], sizeof(data));
		for (j = 0; j < 3; j++) {
			random = random * 1664525 + 1013904223;
			data[(random >> 8) % len] = (char)(random >> 24);
		}
		random = random * 1664525 + 1013904223;
		len = (random >> 8) % (len + 1);
		request(data, len, &arg);
		answer(data, len, &kind, author, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_of_the_table_is_understood),
		cmocka_unit_test(only_one_newline_is_taken_off_a_request),
		cmocka_unit_test(
		    an_over_long_request_is_bad_but_its_newline_is_seen),
		cmocka_unit_test(
		    only_the_speakers_own_name_is_taken_off_the_words),
		cmocka_unit_test(words_are_never_cut),
		cmocka_unit_test(a_server_says_every_entry_in_both_languages),
		cmocka_unit_test(a_client_reads_back_what_a_server_says),
		cmocka_unit_test(foreign_lines_are_read_as_well_as_they_can_be),
		cmocka_unit_test(a_longer_foreign_line_is_cut_with_a_mark),
		cmocka_unit_test(the_environment_chooses_the_language),
		cmocka_unit_test(no_bytes_hurt_the_parsers)
	};

	return tests_run(tests, NULL, NULL);
}
