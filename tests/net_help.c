/*
 * What a program takes, what its help says and what its manual says are the
 * same, in every language.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "server/settings.h"
#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"
#include "tui/settings/config.h"

enum { SET_BYTES = 4096, MANUAL_BYTES = 128 * 1024 };

static char home[ENV_HOME_BYTES];
static char manual[MANUAL_BYTES];
static const char *const english[] = { "LC_ALL=C.UTF-8", NULL };
static const char *const chinese[] = { "LC_ALL=zh_CN.UTF-8", NULL };

static int
set_up(void **state)
{
	(void)state;
	env_home_make(home);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	env_home_remove(home);
	return 0;
}

/* ---- Sets of words: " one two " ---- */

static bool
has(const char *set, const char *word)
{
	char whole[SET_BYTES];

	snprintf(whole, sizeof(whole), " %s ", word);
	return strstr(set, whole) != NULL;
}

static void
add(char set[SET_BYTES], const char *word)
{
	if (*set == '\0')
		strlcpy(set, " ", SET_BYTES);
	if (has(set, word))
		return;
	strlcat(set, word, SET_BYTES);
	assert_true(strlcat(set, " ", SET_BYTES) < SET_BYTES);
}

/* All of one are in the other, which is called that. */
static void
assert_within(const char *set, const char *other, const char *called)
{
	char words[SET_BYTES], *rest = words, *word;

	strlcpy(words, set, sizeof(words));
	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0' && !has(other, word))
			fail_msg("%s is not in %s:%s", word, called, other);
}

/* ---- Where they are taken from ---- */

/* "-46" or "--word", at text, without the value: which options it is. */
static void
add_option(char set[SET_BYTES], const char *text)
{
	char word[64];
	size_t len = 2 + strspn(text + 2, "abcdefghijklmnopqrstuvwxyz"
	    "0123456789-");

	if (text[1] == '-') {
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		/* Of all programs; the others stand in the manual. */
		if (len > 2 && strcmp(word, "--help") != 0 &&
		    strcmp(word, "--version") != 0 &&
		    strcmp(word, "--setting") != 0)
			add(set, word);
		return;
	}
	for (text++; isalnum((unsigned char)*text); text++) {
		snprintf(word, sizeof(word), "-%c", *text);
		add(set, word);
	}
}

static void
options_in(char set[SET_BYTES], const char *text)
{
	const char *at;

	set[0] = '\0';
	for (at = strchr(text, '-'); at != NULL; at = strchr(at, '-')) {
		if (at > text && strchr(" [\n", at[-1]) != NULL)
			add_option(set, at);
		at += strspn(at, "-");
	}
	assert_true(strlen(set) > 10);
}

/* Up to the '|' outside of brackets; what a usage offers. */
static const char *
next_choice(const char *at)
{
	int depth = 0;

	for (; *at != '\0' && *at != '\n'; at++) {
		depth += (*at == '[') - (*at == ']');
		if (*at == '|' && depth == 0 && at[-1] == ' ')
			return at + 1;
	}
	return at;
}

/* A line each, or in the usage, a line of which may hold several. */
static void
requests_in(char set[SET_BYTES], const char *text)
{
	char copy[8192], *rest = copy, *line;
	const char *at;
	char word[64];
	bool listed = strstr(text, "\n  announce ") != NULL;

	set[0] = '\0';
	strlcpy(copy, text, sizeof(copy));
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (listed) {
			if (strncmp(line, "  ", 2) == 0 &&
			    sscanf(line + 2, "%63[a-z]", word) == 1)
				add(set, word);
			continue;
		}
		if ((at = strchr(line, ']')) == NULL ||
		    strstr(line, "[-d") == NULL)
			at = line - 1;
		for (at++; *at != '\0'; at = next_choice(at))
			if (sscanf(at, " %63[a-z]", word) == 1)
				add(set, word);
	}
	assert_true(strlen(set) > 10);
}

static void
read_manual(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(manual, 1, sizeof(manual) - 1, f);
	fclose(f);
	assert_true(n < sizeof(manual) - 1);
	manual[n] = '\0';
}

/* The items of the manual's lists that begin with that macro. */
static void
items_in(char set[SET_BYTES], const char *macro)
{
	char start[16], *copy = strdup(manual), *rest = copy, *line, *word;
	bool next = false;

	assert_non_null(copy);
	set[0] = '\0';
	snprintf(start, sizeof(start), ".It %s ", macro);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, start, strlen(start)) != 0)
			continue;
		for (line += 4; (word = strsep(&line, " ")) != NULL;) {
			if (next && strcmp(macro, "Fl") == 0) {
				word--;
				*word = '-';
				add_option(set, word);
			} else if (next)
				add(set, word);
			next = strcmp(word, macro) == 0;
			/* Only the first is the request. */
			if (!next && strcmp(macro, "Cm") == 0)
				break;
		}
	}
	free(copy);
	assert_true(strlen(set) > 10);
}

/* The usage without its first word: as far as lines of it go on. */
static void
synopsis_of(char dst[SET_BYTES], const char *help)
{
	const char *at = strstr(help, "chat-"), *end;
	char *sentence;

	assert_non_null(at);
	for (end = strchr(at, '\n'); end != NULL && strspn(end + 1, " ") > 7;)
		end = strchr(end + 1, '\n');
	assert_non_null(end);
	snprintf(dst, SET_BYTES, "%.*s", (int)(end - at), at);
	/* Of chat-ctl the second line is one. */
	if ((sentence = strstr(dst, " chat-ctl -h")) != NULL)
		*sentence = '\0';
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c < 0;
}

/* A synopsis without the words for values, and without its line ends: they are
 * the reader's. So is --setting. */
static void
skeleton_of(char dst[SET_BYTES], const char *synopsis)
{
	const char *at;
	size_t len = 0, n;

	for (at = synopsis; *at != '\0'; at += n) {
		for (n = 0; is_word(at[n]); n++)
			continue;
		if (n == 0)
			n = 1;
		else if (*at != '-' || strncmp(at, "--setting", n) == 0 ||
		    at[n - 1] < 0)
			continue;
		if (strchr(" \n", *at) == NULL) {
			memcpy(dst + len, at, n);
			len += n;
		}
	}
	dst[len] = '\0';
}

/* No word for a value of that synopsis or list is left as it was in English;
 * but for units and numbers, those are in capitals there. */
static void
assert_translated(const char *program, const char *in_english,
    const char *in_chinese)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char *const kept[] = { "UDP", "JSON", "FAIL" };
	char word[32];
	const char *at;
	size_t n, i;

	for (at = in_english; *at != '\0'; at += n) {
		if ((n = strspn(at, letters)) < 3 || n >= sizeof(word) ||
		    (at > in_english && is_word(at[-1]))) {
			n += n == 0;
			continue;
		}
		snprintf(word, sizeof(word), "%.*s", (int)n, at);
		for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (strcmp(word, kept[i]) == 0)
				break;
		if (i == sizeof(kept) / sizeof(kept[0]) &&
		    strstr(in_chinese, word) != NULL)
			fail_msg("%s -h says %s in Chinese", program, word);
	}
}

/* What the program prints for -h, which is the same in Chinese: in set. */
static void
help_of(const char *program, void (*take)(char *, const char *),
    char set[SET_BYTES])
{
	static const char *const words[] = { "-h", NULL };
	char other[SET_BYTES], synopsis[SET_BYTES], chinese_one[SET_BYTES];
	char bare[SET_BYTES], chinese_bare[SET_BYTES];
	struct plain p, c;

	plain_run_with(&p, program, home, english, words);
	assert_int_equal(plain_finish(&p), 0);
	take(set, p.said);
	synopsis_of(synopsis, p.said);
	plain_run_with(&c, program, home, chinese, words);
	assert_int_equal(plain_finish(&c), 0);
	assert_null(strstr(c.said, "usage"));
	take(other, c.said);
	synopsis_of(chinese_one, c.said);
	assert_string_equal(set, other);
	/* The words for values are the reader's there, too, and in the list. */
	skeleton_of(bare, synopsis);
	skeleton_of(chinese_bare, chinese_one);
	assert_string_equal(bare, chinese_bare);
	assert_translated(program, p.said, c.said);
	plain_clear(&p);
	plain_clear(&c);
}

/* Wrong usage, which its first line says of this option. */
static void
assert_wrong(const char *program, const char *option, const char *word,
    const char *other)
{
	const char *words[] = { word, other, NULL };
	struct plain p;
	const char *end;

	plain_run_with(&p, program, home, english, words);
	if (plain_finish(&p) != 2 || p.said[0] != '\0')
		fail_msg("%s %s: %s%s", program, word, p.said, p.told);
	assert_non_null(end = strchr(p.told, '\n'));
	if (memmem(p.told, (size_t)(end - p.told), option, strlen(option)) ==
	    NULL || (end[1] != '\0' && strncmp(end + 1, "usage: ", 7) != 0))
		fail_msg("%s %s: %s", program, word, p.told);
	plain_clear(&p);
}

/* With a value that it does not take, and with none. */
static void
assert_wrong_value(const char *program, const char *word, bool needs)
{
	char option[64], given[80];

	snprintf(option, sizeof(option), "--%s", word);
	snprintf(given, sizeof(given), "%s=\x01", option);
	assert_wrong(program, option, given, NULL);
	if (needs)
		assert_wrong(program, option, option, NULL);
}

/* ---- Of each program ---- */

static void
the_clients_table_help_and_manual_are_the_same(void **state)
{
	char help[SET_BYTES], items[SET_BYTES], words[SET_BYTES], word[64];
	const struct config_word *w;
	size_t i;

	(void)state;
	help_of("chat-tui", options_in, help);
	read_manual("tui/chat-tui.1");
	items_in(items, "Fl");
	assert_within(items, help, "the help");
	/* A setting may stand there, or among the settings, by its word. */
	strlcpy(words, items, sizeof(words));
	add(words, "--config");		/* -c */
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		snprintf(word, sizeof(word), "--%s", w->word);
		add(words, word);
		if (!w->live && !has(help, word))
			fail_msg("%s is not in the help", word);
		snprintf(word, sizeof(word), "-%c", w->letter);
		if (w->letter != 0 && !has(items, word))
			fail_msg("%s is not in the manual", word);
	}
	assert_within(help, words, "the manual");
}

static void
the_servers_table_help_and_manual_are_the_same(void **state)
{
	char help[SET_BYTES], items[SET_BYTES], option[64];
	const char *word;
	size_t i;

	(void)state;
	help_of("chat-server", options_in, help);
	read_manual("server/chat-server.8");
	items_in(items, "Fl");
	assert_within(items, help, "the help");
	assert_within(help, items, "the manual");
	for (i = 0; (word = settings_word(i)) != NULL; i++) {
		snprintf(option, sizeof(option), "--%s", word);
		if (strcmp(word, "help") != 0 && strcmp(word, "version") !=
		    0 && !has(help, option))
			fail_msg("%s is not in the help", option);
	}
}

static void
the_requests_of_chat_ctl_are_those_of_its_manual(void **state)
{
	char help[SET_BYTES], items[SET_BYTES];

	(void)state;
	help_of("chat-ctl", requests_in, help);
	read_manual("server/chat-ctl.8");
	items_in(items, "Cm");
	assert_within(items, help, "the help");
	assert_within(help, items, "the manual");
}

static void
a_wrong_option_is_told_in_a_sentence(void **state)
{
	static const char *const letters[] = { "-b", "-d", "-k", "-u", "-p",
		"-r" };
	const struct config_word *w;
	const char *word;
	size_t i;

	(void)state;
	for (i = 0; (w = config_word(i)) != NULL; i++)
		/* A name is refused as the room would, with 3. */
		if (strcmp(w->word, "name") != 0)
			assert_wrong_value("chat-tui", w->word, !w->is_switch);
	for (i = 0; (word = settings_word(i)) != NULL; i++)
		assert_wrong_value("chat-server", word, false);
	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		assert_wrong("chat-server", letters[i], letters[i], "");
		assert_wrong("chat-server", letters[i] + 1, letters[i], NULL);
	}
	assert_wrong("chat-server", "one of off|local|any", "--classic=yes",
	    NULL);
	assert_wrong("chat-ctl", "-d: must not be empty", "-d", "");
	assert_wrong("chat-ctl", "'d'", "-d", NULL);
}

/* But for the names of what the kernel has. */
static void
how_it_is_locked_in_is_said_in_the_readers_language(void **state)
{
	static const char *const programs[] = { "chat-tui", "chat-server" };
	static const char *const words[] = { "-V", NULL };
	struct plain p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		plain_run_with(&p, programs[i], home, english, words);
		assert_int_equal(plain_finish(&p), 0);
		assert_non_null(strstr(p.said, "memory"));
		plain_clear(&p);
		plain_run_with(&p, programs[i], home, chinese, words);
		assert_int_equal(plain_finish(&p), 0);
		assert_non_null(strstr(p.said, "内存"));
		assert_null(strstr(p.said, "memory"));
		assert_null(strstr(p.said, "privileges"));
		plain_clear(&p);
	}
}

/* One word for one thing: who is in the room is 在线, wherever it is said. */
static void
the_chinese_catalogue_has_one_word_for_a_thing(void **state)
{
	static const struct {
		const char	*other, *word;
	} words[] = {
		{ "在场", "在线" }, { "谁在房间里", "在线" },
		{ "谁在这里", "在线" }, { "说出", "发送" }, { "说给", "发送" },
		{ "发出", "发送" }, { "直到", "至" }, { "聊天室", "房间" },
		{ "日志", "聊天记录" }, { "一个网络", "网段" },
		{ "被允许", "获准" }, { "已有人用", "已被占用" },
		{ "你还是", "你仍是" }, { "输入行", "输入栏" },
		{ "设置文件", "配置文件" }, { "回车", "Enter" },
		{ "表情符号", "表情" }, { "这个程序", "本程序" },
	};
	size_t i;

	(void)state;
	read_manual("common/zh_CN.po");
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(manual, words[i].word) == NULL)
			fail_msg("nowhere %s", words[i].word);
		if (strstr(manual, words[i].other) != NULL)
			fail_msg("%s, where it should be %s", words[i].other,
			    words[i].word);
	}
}

/* A sign of a Chinese sentence is a Chinese one: none of ASCII's stands beside
 * a character, but for the name of a manual, (8), and what is typed so. */
static void
the_signs_of_the_chinese_catalogue_are_chinese(void **state)
{
	char *rest = manual, *line, *at;
	bool is_said = false;

	(void)state;
	read_manual("common/zh_CN.po");
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line != '"')
			is_said = strncmp(line, "msgstr ", 7) == 0;
		for (at = strchr(line, '"'); is_said && at != NULL &&
		    *++at != '\0'; )
			if (strncmp(at, "\\\"", 2) == 0 ||
			    (strchr("(,;?!'", *at) != NULL &&
			    (at[-1] < 0 || at[1] < 0)))
				fail_msg("%s", line);
	}
}

/* What the row gives is, up to the blanks before what it does. */
static void
assert_in_capitals(const char *program, const char *row)
{
	const char *end = strstr(row + 2, "  "), *at;

	if (end == NULL)
		end = row + strlen(row);
	for (at = row + 2; at < end; at++)
		if (*at == ' ' && islower((unsigned char)at[1]))
			fail_msg("%s -h: %s", program, row);
}

/* A word for a value is in capitals, in the list of each program. */
static void
a_word_for_a_value_is_in_capitals(void **state)
{
	static const char *const programs[] = { "chat-tui", "chat-server",
		"chat-ctl" };
	static const char *const words[] = { "-h", NULL };
	char *rest, *line;
	struct plain p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		plain_run_with(&p, programs[i], home, english, words);
		assert_int_equal(plain_finish(&p), 0);
		for (rest = p.said; (line = strsep(&rest, "\n")) != NULL; ) {
			if (text_cols(line, strlen(line)) > 80)
				fail_msg("%s -h: wide: %s", programs[i], line);
			if (strncmp(line, "  ", 2) == 0 && line[2] != ' ')
				assert_in_capitals(programs[i], line);
		}
		plain_clear(&p);
	}
}

/* What it says, and tells on standard error, in that environment. */
static void
assert_says(const char *const env[], const char *program,
    const char *const words[], const char *text)
{
	struct plain p;

	plain_run_with(&p, program, home, env, words);
	plain_finish(&p);
	if (strstr(p.said, text) == NULL && strstr(p.told, text) == NULL)
		fail_msg("no %s: %s%s", text, p.said, p.told);
	plain_clear(&p);
}

static void
what_is_wrong_is_told_in_the_readers_language_alone(void **state)
{
	static const char *const theme[] = { "--theme", "pink", NULL };
	static const char *const host[] = { "chat://", NULL };
	static const char *const file[] = { "-c", "", NULL };

	(void)state;
	assert_says(english, "chat-tui", theme, "theme \"pink\": not one of");
	assert_says(chinese, "chat-tui", theme, "theme“pink”：不是 ");
	assert_says(english, "chat-tui", host, ": HOST \"chat://\": ");
	assert_says(chinese, "chat-tui", host, ": 主机“chat://”：");
	assert_says(chinese, "chat-tui", file, "-c：不能为空");
	assert_says(chinese, "chat-server", (const char *const[]){ "-d", "",
	    NULL }, "-d：不能为空");
	assert_says(chinese, "chat-ctl", (const char *const[]){ "-d", "",
	    NULL }, "-d：不能为空");
}

/* gettext(3): LANGUAGE goes before the locale, but for the locale C, which a
 * script says to get what it can read. */
static void
a_script_that_says_C_reads_english(void **state)
{
	static const struct {
		const char	*env[4];
		bool		 chinese;
	} rows[] = {
		{ { "LC_ALL=zh_CN.UTF-8", "LANGUAGE=en", NULL }, false },
		{ { "LC_ALL=C.UTF-8", "LANGUAGE=zh_CN:en", NULL }, true },
		{ { "LC_ALL=en_US.UTF-8", "LANGUAGE=zh_CN", NULL }, true },
		{ { "LC_ALL=C", "LANGUAGE=zh_CN", NULL }, false },
		{ { "LC_ALL=POSIX", "LANGUAGE=zh_CN", NULL }, false },
		{ { "LC_ALL", "LC_MESSAGES=C", "LANGUAGE=zh_CN", NULL },
		    false },
		{ { "LC_ALL", "LANG=C", "LANGUAGE=zh_CN", NULL }, false },
		{ { "LC_ALL", "LANG=zh_CN.UTF-8", NULL }, true },
		{ { "LC_ALL", "LANG=C", "LC_MESSAGES=zh_CN.UTF-8", NULL },
		    true },
	};
	static const char *const words[] = { "-h", NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_says(rows[i].env, "chat-ctl", words, rows[i].chinese ?
		    "用法：" : "usage: ");
}

/* What bash completes behind some options, in that language. */
static void
assert_completes(const char *const env[])
{
	const char *bin = getenv("CHAT_BIN");
	char command[1024];

	snprintf(command, sizeof(command), "%s PATH=$PATH:%s bash -c '"
	    ". common/completion/chat.bash\n"
	    "COMP_WORDS=(chat-tui -k common/completion/chat.b) COMP_CWORD=2\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = common/completion/chat.bash ] &&\n"
	    "COMP_WORDS=(chat-server --sync g) && _chat &&\n"
	    "[ \"${COMPREPLY[*]}\" = group ] || exit 1\n"
	    "COMP_WORDS=(chat-tui --since \"\") && _chat\n"
	    "[ -z \"${COMPREPLY[*]}\" ]'", env[0], bin == NULL ? "." : bin);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static void
a_value_is_completed_in_each_language(void **state)
{
	(void)state;
	if (system("bash -c : 2>/dev/null") != 0)
		skip();
	assert_completes(english);
	assert_completes(chinese);
}

/* It takes more than 40 seconds of silence to be that. */
static void
who_is_away_is_completed_by_the_name(void **state)
{
	(void)state;
	if (system("bash -c : 2>/dev/null") != 0)
		skip();
	assert_int_equal(system("bash -c '"
	    ". common/completion/chat.bash\n"
	    "chat-ctl() { printf \"ann\\taway\\nbob\\n\"; }\n"
	    "COMP_WORDS=(chat-ctl mute a) COMP_CWORD=2\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = ann ]'"), 0);
}

/* Of a list what is behind the last comma. */
static void
each_server_of_a_list_is_completed(void **state)
{
	(void)state;
	if (system("bash -c : 2>/dev/null") != 0)
		skip();
	assert_int_equal(system("bash -c '"
	    ". common/completion/chat.bash\n"
	    "_chat_servers() { printf \"ant\\nbee\\n\"; }\n"
	    "COMP_WORDS=(chat-tui b) COMP_CWORD=1\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = bee ] || exit 1\n"
	    "COMP_WORDS=(chat-tui x:1,ant,b)\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = x:1,ant,bee ]'"), 0);
}

/* What is behind -d and -R is no request; of that it is a room. */
static void
a_room_is_completed_and_what_is_behind_it(void **state)
{
	(void)state;
	if (system("bash -c : 2>/dev/null") != 0)
		skip();
	assert_int_equal(system("bash -c '"
	    ". common/completion/chat.bash\n"
	    "chat-ctl() { case $1 in\n"
	    "rooms) printf \"den\thome\nlab\troom\n\" ;;\n"
	    "names) printf \"ann\nbob\n\" ;;\n"
	    "*) printf \"  -R ROOM   it\n  mute WHO  her\n\" ;; esac; }\n"
	    "COMP_WORDS=(chat-ctl -R l) COMP_CWORD=2\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = lab ] || exit 1\n"
	    "COMP_WORDS=(chat-ctl -d dir -R lab m) COMP_CWORD=5\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = mute ] || exit 1\n"
	    "COMP_WORDS=(chat-ctl room pu) COMP_CWORD=2\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = put-away ] || exit 1\n"
	    "COMP_WORDS=(chat-ctl room put-away l) COMP_CWORD=3\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = lab ] || exit 1\n"
	    "COMP_WORDS=(chat-ctl -R lab mute a) COMP_CWORD=4\n"
	    "_chat; [ \"${COMPREPLY[*]}\" = ann ]'"), 0);
}

/* The answer of a server is one language's, to its signs. */
static void
an_answer_is_in_one_language(void **state)
{
	static const char *const mute[] = { "mute", "alice", NULL };
	static const char *const ban[] = { "ban", "alice", "1h", NULL };
	static const char *const list[] = { "ban", NULL };
	static const char *const alice[] = { "-n", "alice", "--follow",
		"127.0.0.1", NULL };
	char of_test[ENV_HOME_BYTES + 8];
	const char *env[] = { chinese[0], of_test, NULL };
	struct server server;
	struct plain p;

	(void)state;
	snprintf(of_test, sizeof(of_test), "HOME=%s", home);
	server_start(&server, env, NULL);
	plain_start(&p, server.port, home, alice);
	assert_true(plain_until(&p, "\tjoin\talice\t"));
	assert_says(chinese, "chat-ctl", mute, "已禁言：alice（密钥 SHA256:");
	assert_says(chinese, "chat-ctl", mute, "之前已禁言：alice（密钥 ");
	assert_says(chinese, "chat-ctl", mute, "），永久\n");
	assert_says(chinese, "chat-ctl", ban, "（alice），至 20");
	assert_int_equal(plain_finish(&p), 3);
	plain_clear(&p);
	assert_says(chinese, "chat-ctl", list, "\t至 20");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_clients_table_help_and_manual_are_the_same),
		TEST(the_servers_table_help_and_manual_are_the_same),
		TEST(the_requests_of_chat_ctl_are_those_of_its_manual),
		TEST(a_wrong_option_is_told_in_a_sentence),
		TEST(how_it_is_locked_in_is_said_in_the_readers_language),
		TEST(the_chinese_catalogue_has_one_word_for_a_thing),
		TEST(the_signs_of_the_chinese_catalogue_are_chinese),
		TEST(a_word_for_a_value_is_in_capitals),
		TEST(what_is_wrong_is_told_in_the_readers_language_alone),
		TEST(a_script_that_says_C_reads_english),
		TEST(an_answer_is_in_one_language),
		TEST(a_value_is_completed_in_each_language),
		TEST(who_is_away_is_completed_by_the_name),
		TEST(each_server_of_a_list_is_completed),
		TEST(a_room_is_completed_and_what_is_behind_it),
	};

	return tests_run(tests, NULL, NULL);
}
