/*
 * New names: which are allowed, which look alike, and that the words of the
 * administrator are those that the programs say.
 */
#include "server/room/naming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/classic.h"
#include "common/refusal.h"
#include "common/text.h"
#include "server/room/looks.h"
#include "tests/with_cmocka.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static struct naming *rules;

static int
set_up(void **state)
{
	(void)state;
	rules = naming_new();
	return rules == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	naming_free(rules);
	return 0;
}

static void
expect(const char *name, enum naming_error error)
{
	assert_int_equal(text_name_check(name, strlen(name)), TEXT_NAME_OK);
	if (naming_check(rules, name, strlen(name)) != error)
		fail_msg("%s: %d, not %d", name, (int)naming_check(rules,
		    name, strlen(name)), (int)error);
}

static void
what_people_are_called_is_allowed(void **state)
{
	static const char *const names[] = {
		"alice", "a", "7", "Bob_2", "b:ob", "x-y.z", "小明", "小明2",
		"Bob小明", "たろう", "ノゾミ", "Taroたろう太郎", "김철수",
		"Kim철수", "Иван", "Ελένη", "Zoë", "Łukasz", "محمد", "दीप",
		"ไทย", "😀", "🐼🐼", "🇬🇧", "😀bob", "O'Neil", "µTorrent",
		"administrator", "admin2", "管理员小王", "Administr", "nimda",
		/* What some languages write within a word, and people beside. */
		"Gal·la", "迪丽·买买提", "ジョン・スミス", "ラーメン", "佐々木",
		"O’Neil", "Jean-Luc", "J.R.", "c++", "x_y", "D'Angelo",
		"בנג׳י", "བསྟན་འཛིན་", "Kaʻiulani", "Nguyễn", "Ħal-Għaxaq",
		"Ŋgũgĩ", "Ɔkofo", "Ɗanjuma", "şıkIğ", "ᎠᎩᎵ", "ᠮᠣᠩᠭᠣᠯ", "ⵎⴰⵙⵉⵏ",
		"小明（北京）", "【小红】", "♥alice", "☆明☆", "bob|away", "Ａlice",
		"𝐚lice", "ɛlɛna", "丨小明丨", "user@home", "①号", "🇫🇷jean",
		"ಕನ್ನಡ", "தமிழ்", "සිංහල", "မြန်မာ", "ខ្មែរ", "ქართული", "Հայկ",
		"አማርኛ", "ދިވެހި", "रामः"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_OK);
}

/* What the name's column shows besides names, and what looks like that. */
static void
a_name_has_a_letter_a_digit_or_an_emoji(void **state)
{
	static const char *const names[] = {
		"·", "→", "←", "⇄", "*", "×", "…", "▌", "│", "•", "--", "...",
		"·→", "⁎", "∗", "ꞏ", "ᐧ", "†", "»", "─", "?", "'", "↑", "▲",
		"ノ"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_LETTER);
}

/* So that no name is a row of the screen, nor one that cannot be seen. */
static void
a_name_has_no_sign_that_the_screens_draw(void **state)
{
	static const char *const names[] = {
		"→│bob", "·│the-key-changed", "bob│", "bob→", "a→b", "·bob·",
		"·a", "§bob", "bob…", "»bob", "a─b", "bob!", "bob！", "*bob",
		"bob▌", "▸bob", "●bob", "bob⇄", "×bob", "bob￨", "bob‥",
		"bob∼", "bob⎸", "bob❯", "➔bob", "bob•", "bob‖", "bob⏐",
		"bob·", "bob・", "—bob", "bob†",
		/* Colons, but that of ASCII, which the classic protocol has. */
		"名字：", "小明：好", "：bob", "bob﹕", "bob꞉", "bob∶", "bobː",
		"bob˸", "bobꓽ",
		/* Blank, or odd. */
		"alice\U0001D159", "alice\uFFFC", "bob\u20DD",
		"alice\U0001CF00", "alice\U0001D165", "bob\u20D7",
		"ti\u0307m", "b\u26ACb", "jean\u268Apaul",
		"ʙᴏʙ", "aʟice", "🅱ob", "🅑ob", "ⓑob"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_SIGN);
}

/* Nobody here knows what it will be, nor what it folds to: who reads it has it
 * taken from others, who know. */
static void
a_new_name_has_no_letter_of_next_year(void **state)
{
	static const char *const names[] = {
		"bob\u0378", "\u4e00\u0379", "\u0378bob", "a\u0378b",
		"\u0378"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_SIGN);
}

static void
a_name_does_not_begin_like_a_classic_one(void **state)
{
	static const char *const names[] = {
		"∼bob", "˜bob", "∕help", "⁄help", "⁓bob", "♯chat", "〳help"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_START);
}

static void
the_administrator_is_nobody_else(void **state)
{
	static const char *const names[] = {
		"管理员", "管理員", "Adm1n", "ADMlN", "adrnin", "·Admin",
		"Admin.", "[admin]", "Ａdmin·", "管理员·", "🔧Admin",
		"Adm|n", "·Adm|n", "🔧ADM|N", "·Ⓐdmin",
		/* As a word of several, too. */
		"管理员│公告", "§Admin│bob", "Admin│send-pw", "the-admin",
		"管理员|公告", "管理员丨公告", "管理員.x", "x_ADM|N", "Ａdmin|x",
		"Ádmin", "x-ȧdmin", "🇦🇩min", "Admin一", "ーAdmin", "Adminㅡ",
		"丶Admin", "Admin丿", "Adminノ", "ヽAdmin", "Admin〡", "Admin〇",
		"管理员ー", "管理员一"
	};
	static const char *const mixed[] = { "Аdmin", "Αdmin", "аdmin" };
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_RESERVED);
	for (i = 0; i < LEN(mixed); i++)
		expect(mixed[i], NAMING_RESERVED);
	assert_true(naming_is_reserved(rules, "admin", 5));
	assert_false(naming_is_reserved(rules, "·", 2));
}

static bool
is_in_table(const char *word)
{
	size_t i;

	for (i = 0; naming_reserved(i) != NULL; i++)
		if (strcmp(naming_reserved(i), word) == 0)
			return true;
	return false;
}

/* Of the lines msgid "Admin" and msgstr "...". Returns how many there were. */
static int
check_catalogue(const char *path)
{
	char line[4096], *end;
	bool next = false;
	int found = 0;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (next && strncmp(line, "msgstr \"", 8) == 0 &&
		    (end = strrchr(line, '"')) != NULL) {
			*end = '\0';
			if (!is_in_table(line + 8))
				fail_msg("%s is not reserved", line + 8);
			found++;
		}
		next = strcmp(line, "msgid \"Admin\"\n") == 0;
	}
	fclose(f);
	return found;
}

static void
each_translation_of_admin_is_reserved(void **state)
{
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = "x",
	    .text_len = 1 };
	char line[CLASSIC_BYTES];
	char *list = NULL, *path, *rest;
	size_t room = 0, n;
	int lang, found = 0;
	FILE *ls;

	(void)state;
	assert_true(is_in_table("Admin"));
	for (lang = CLASSIC_EN; lang <= CLASSIC_ZH; lang++) {
		n = classic_format(line, &e, (enum classic_lang)lang);
		/* Up to its colon, of either width, and the text. */
		line[n - 1] = '\0';
		line[strcspn(line, ":")] = '\0';
		if ((rest = strstr(line, "：")) != NULL)
			*rest = '\0';
		if (!is_in_table(line))
			fail_msg("%s is not reserved", line);
	}
	ls = popen("ls common/*.po", "r");
	assert_non_null(ls);
	while (getline(&list, &room, ls) > 0) {
		path = list;
		path[strcspn(path, "\n")] = '\0';
		found += check_catalogue(path);
	}
	pclose(ls);
	free(list);
	assert_true(found > 0);
}

static void
scripts_that_do_not_go_together_are_told(void **state)
{
	static const char *const names[] = {
		"аlice", "bоb", "Bοb", "Иvan", "Ωmega", "小мин", "раypal"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++)
		expect(names[i], NAMING_MIXED);
}

static bool
alike(const char *a, const char *b)
{
	struct naming_looks x, y;
	unsigned i, k;

	naming_look(rules, a, strlen(a), &x);
	naming_look(rules, b, strlen(b), &y);
	for (i = 0; i < x.n; i++)
		for (k = 0; k < y.n; k++)
			if (memcmp(x.look[i], y.look[k], NAMING_LOOK) == 0)
				return true;
	return false;
}

static void
what_looks_alike_is_known(void **state)
{
	static const char *const same[][2] = {
		{ "alice", "аlice" }, { "alice", "ALICE" },
		{ "alice", "a1ice" }, { "alice", "aIice" },
		{ "modern", "rnodern" }, { "bob1", "bobl" },
		{ "bob", "b0b" }, { "Ian", "lan" }, { "bill", "biII" },
		/* All of another script. */
		{ "bob", "ВОВ" }, { "coco", "сосо" }, { "ВОВ", "BOB" },
		{ "вов", "Bob" }, { "𝐚lice", "alice" }
	};
	static const char *const other[][2] = {
		{ "alice", "alise" }, { "bob", "bob2" }, { "小明", "小朋" },
		{ "bob1", "bob2" }, { "anna", "hanna" }, { "😀", "😁" },
		{ "m", "n" }, { "user5", "userS2" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(same); i++)
		if (!alike(same[i][0], same[i][1]))
			fail_msg("%s, %s", same[i][0], same[i][1]);
	for (i = 0; i < LEN(other); i++)
		if (alike(other[i][0], other[i][1]))
			fail_msg("%s, %s", other[i][0], other[i][1]);
}

/* Any bytes that are a name have an answer and a look or more. */
static void
any_name_has_an_answer(void **state)
{
	/* U+FDFA folds to eighteen characters. */
	static const char *const names[] = {
		"ﷺﷺﷺ", "\U0001D400\U0001D400\U0001D400\U0001D400",
		"ǅ", "ßßßßßßßß", "ŉ", "ﬃﬃﬃ", "㎯㎯"
	};
	struct naming_looks looks;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(names); i++) {
		naming_check(rules, names[i], strlen(names[i]));
		naming_look(rules, names[i], strlen(names[i]), &looks);
		assert_in_range(looks.n, 1, NAMING_LOOKS);
	}
}

static bool
is_not_bob(void *arg, const char *fold)
{
	(void)arg;
	return strcmp(fold, "bob") != 0;
}

static void
the_table_finds_who_counts(void **state)
{
	struct look *bob, *b0b;
	struct naming_looks looks;
	struct looks table;

	(void)state;
	looks_init(&table);
	naming_look(rules, "ВОВ", strlen("ВОВ"), &looks);
	assert_null(looks_find(&table, &looks, is_not_bob, NULL));
	naming_look(rules, "bob", 3, &looks);
	bob = looks_add(&table, &looks, "bob");
	assert_null(looks_find(&table, &looks, is_not_bob, NULL));
	naming_look(rules, "b0b", 3, &looks);
	b0b = looks_add(&table, &looks, "b0b");
	naming_look(rules, "bob", 3, &looks);
	assert_string_equal(looks_find(&table, &looks, is_not_bob, NULL),
	    "b0b");
	looks_remove(&table, b0b);
	assert_null(looks_find(&table, &looks, is_not_bob, NULL));
	looks_remove(&table, bob);
}

static void
a_refusal_is_a_word_and_perhaps_a_name(void **state)
{
	const char *rest;
	size_t len;
	int i;

	(void)state;
	for (i = REFUSAL_LETTER; i <= REFUSAL_LAST; i++) {
		const char *word = refusal_word((enum refusal)i);

		assert_int_equal(refusal_read(word, strlen(word), &rest,
		    &len), i);
		assert_int_equal(len, 0);
	}
	assert_int_equal(refusal_read("alike bob", 9, &rest, &len),
	    REFUSAL_ALIKE);
	assert_int_equal(len, 3);
	assert_memory_equal(rest, "bob", 3);
	assert_int_equal(refusal_read("", 0, &rest, &len), REFUSAL_NONE);
	assert_int_equal(refusal_read("alikely", 7, &rest, &len),
	    REFUSAL_NONE);
	assert_int_equal(refusal_read("future word", 11, &rest, &len),
	    REFUSAL_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_are_called_is_allowed),
		cmocka_unit_test(a_name_has_a_letter_a_digit_or_an_emoji),
		cmocka_unit_test(a_name_has_no_sign_that_the_screens_draw),
		cmocka_unit_test(a_new_name_has_no_letter_of_next_year),
		cmocka_unit_test(a_name_does_not_begin_like_a_classic_one),
		cmocka_unit_test(the_administrator_is_nobody_else),
		cmocka_unit_test(each_translation_of_admin_is_reserved),
		cmocka_unit_test(scripts_that_do_not_go_together_are_told),
		cmocka_unit_test(what_looks_alike_is_known),
		cmocka_unit_test(any_name_has_an_answer),
		cmocka_unit_test(the_table_finds_who_counts),
		cmocka_unit_test(a_refusal_is_a_word_and_perhaps_a_name),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, set_up, tear_down);
}
