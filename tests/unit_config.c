/*
 * The settings: every word by /set, by file and by option; what is wrong is
 * said with its place; a saved file keeps what its owner wrote.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"

enum { TEXT_BYTES = 1024 * 1024 + 4096, ROUNDS = 3000, NOISE = 400 };

static struct options o;
static char dir[64], path[128], other[128], why[CONFIG_WHY_BYTES];
static char value[CONFIG_VALUE_BYTES];
static char text[TEXT_BYTES];

static int
set_up(void **state)
{
	(void)state;
	strlcpy(dir, "/tmp/chat-config.XXXXXX", sizeof(dir));
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/config", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	setenv("XDG_CONFIG_HOME", dir, 1);
	config_defaults(&o);
	return 0;
}

static int
tear_down(void **state)
{
	char leaf[128];

	(void)state;
	unlink(path);
	unlink(other);
	snprintf(leaf, sizeof(leaf), "%s/chat-tui/config", dir);
	unlink(leaf);
	*strrchr(leaf, '/') = '\0';
	rmdir(leaf);
	return rmdir(dir);
}

static void
write_bytes(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
write_file(const char *bytes)
{
	write_bytes(bytes, strlen(bytes));
}

/* The file, in text. */
static void
read_back(const char *from)
{
	int fd = open(from, O_RDONLY);
	ssize_t n;

	assert_int_not_equal(fd, -1);
	n = read(fd, text, sizeof(text) - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

/* Sets and asks: the value comes back as `is`. */
static void
check_set(const char *word, const char *to, const char *is)
{
	if (!config_set(&o, word, to, why))
		fail_msg("%s", why);
	assert_true(config_get(&o, word, value));
	assert_string_equal(value, is);
}

static void
check_refused(const char *word, const char *to, const char *says)
{
	struct options before = o;

	why[0] = '\0';
	assert_false(config_set(&o, word, to, why));
	assert_memory_equal(&before, &o, sizeof(o));
	if (strstr(why, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, says);
}

static void
nothing_set_is_usable(void **state)
{
	static const char *const is[][2] = {
		{ "ipv4", "off" }, { "name", "" }, { "port", "8888" },
		{ "server", "localhost" }, { "after", "" }, { "loss", "0" },
		{ "scrollback", "100" }, { "theme", "auto" },
		{ "times", "on" }, { "members", "auto" },
		{ "notices", "fold" }, { "mouse", "off" },
		{ "alert", "bell" }, { "title", "on" }, { "notify", "" },
		{ "emoji", "on" },
		{ "color-dim", "theme" }, { "classic", "off" } };
	size_t i;

	(void)state;
	assert_int_equal(o.family, AF_UNSPEC);
	assert_false(o.port_given);
	for (i = 0; i < sizeof(is) / sizeof(is[0]); i++) {
		assert_true(config_get(&o, is[i][0], value));
		assert_string_equal(value, is[i][1]);
	}
}

/* Values that each word takes, by what it says it takes. */
static size_t
samples(const struct config_word *w, char out[16][64])
{
	static const char *const texts[] = { "\"", "a \"b\" c\\", "#x", "=",
		"中文", "\\", "a=b" };
	static const char *const times[] = { "0s", "45s", "30m", "12h", "2d",
		"90s" };
	char words[128], *word, *rest = words;
	size_t n = 0, i;

	if (strcmp(w->word, "name") == 0 || strcmp(w->word, "to") == 0)
		strlcpy(out[n++], "ann", 64);
	else if (strcmp(w->word, "room") == 0)
		strlcpy(out[n++], "ops 中文", 64);
	else if (strcmp(w->word, "key") == 0)
		strlcpy(out[n++], "r7wcBTwvJ448vUQJwcCU8Q", 64);
	else if (strcmp(w->word, "after") == 0)
		strlcpy(out[n++], "9223372036854775807", 64);
	else if (strcmp(w->word, "port") == 0)
		strlcpy(out[n++], "65535", 64);
	else if (strcmp(w->value, "TIME") == 0)
		for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
			strlcpy(out[n++], times[i], 64);
	else if (strcmp(w->word, "since") == 0) {
		strlcpy(out[n++], "2h", 64);
		strlcpy(out[n++], "2026-11-20T14:02:11.5+01:00", 64);
		strlcpy(out[n++], "17", 64);
	} else if (strcmp(w->word, "count") == 0)
		strlcpy(out[n++], "9223372036854775807", 64);
	else if (strcmp(w->word, "loss") == 0)
		strlcpy(out[n++], "95", 64);
	else if (strcmp(w->word, "scrollback") == 0)
		strlcpy(out[n++], "4096", 64);
	else if (strchr(w->value, '|') == NULL)
		for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			strlcpy(out[n++], texts[i], 64);
	strlcpy(words, w->value, sizeof(words));
	while (n == 0 && strchr(w->value, '|') != NULL &&
	    (word = strsep(&rest, "|")) != NULL)
		strlcpy(out[n++], strcmp(word, "0..255") == 0 ? "200" : word,
		    64);
	assert_in_range(n, 1, 15);
	return n;
}

static void
every_word_survives_set_save_and_read(void **state)
{
	const struct config_word *w;
	char out[16][64];
	struct options again;
	size_t i, k, n;

	(void)state;
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		assert_true(w->does[0] != '\0' && w->value[0] != '\0');
		n = samples(w, out);
		for (k = 0; k < n; k++) {
			check_set(w->word, out[k], out[k]);
			assert_true(config_save(&o, path, w->word, why));
			config_defaults(&again);
			if (!config_read(&again, path, NULL, true, why))
				fail_msg("%s", why);
			assert_true(config_get(&again, w->word, value));
			assert_string_equal(value, out[k]);
		}
	}
	/* All of them, one line each. */
	config_defaults(&again);
	assert_true(config_read(&again, path, NULL, true, why));
	assert_true(again.port_given && again.plain.has_after);
	read_back(path);
	for (n = 0, i = 0; text[i] != '\0'; i++)
		n += text[i] == '\n';
	for (i = 0; config_word(i) != NULL; i++)
		;
	assert_int_equal(n, i);
}

static const char *const style_names[STYLES] = {
	[STYLE_TEXT] = "text",
	[STYLE_DIM] = "dim",
	[STYLE_BAR] = "bar",
	[STYLE_BAR_BOLD] = "bar-bold",
	[STYLE_BAR_GOOD] = "bar-good",
	[STYLE_BAR_BAD] = "bar-bad",
	[STYLE_NEWS] = "news",
	[STYLE_OWN] = "own",
	[STYLE_MENTION] = "mention",
	[STYLE_PENDING] = "pending",
	[STYLE_ERROR] = "error",
	[STYLE_MATCH] = "match",
	[STYLE_LINK] = "link",
	[STYLE_PRIVATE] = "private",
	[STYLE_NAME] = "name-1", "name-2", "name-3", "name-4", "name-5",
	    "name-6", "name-7", "name-8", "name-9", "name-10", "name-11",
	    "name-12",
};

static void
words_and_letters_are_unique_and_every_style_has_one(void **state)
{
	const struct config_word *a, *b;
	char word[64];
	size_t i, k;
	int style;

	(void)state;
	for (i = 0; (a = config_word(i)) != NULL; i++)
		for (k = 0; k < i; k++) {
			b = config_word(k);
			assert_string_not_equal(a->word, b->word);
			assert_true(a->letter == 0 || a->letter != b->letter);
		}
	for (style = 0; style < STYLES; style++) {
		snprintf(word, sizeof(word), "color-%s", style_names[style]);
		check_set(word, "77", "77");
		assert_int_equal(o.screen.theme.own[style], 77);
	}
}

static void
values_may_be_told_in_other_ways(void **state)
{
	(void)state;
	check_set("times", "no", "off");
	check_set("times", "true", "on");
	check_set("times", "false", "off");
	check_set("times", "yes", "on");
	check_set("members", "yes", "on");
	check_set("members", "no", "off");
	check_set("classic", NULL, "on");
	check_set("color-news", "0", "black");
	check_set("color-news", "7", "white");
	check_set("color-news", "8", "8");
	assert_int_equal(o.screen.theme.own[STYLE_NEWS], 8);
	check_set("color-news", "default", "default");
	assert_int_equal(o.screen.theme.own[STYLE_NEWS], COLOUR_DEFAULT);
	check_set("ipv4", NULL, "on");
	check_set("ipv6", NULL, "on");
	assert_int_equal(o.family, AF_INET6);
	check_set("ipv4", "off", "off");
	assert_int_equal(o.family, AF_INET6);
	check_set("ipv6", "off", "off");
	assert_int_equal(o.family, AF_UNSPEC);
	check_set("after", "0", "0");
	assert_true(o.plain.has_after);
	check_set("after", "", "");
	assert_false(o.plain.has_after);
	assert_false(config_get(&o, "nonsense", value));
}

static void
bad_values_are_refused_with_a_reason(void **state)
{
	static const char *const bad[][3] = {
		{ "port", "0", "1 to 65535" }, { "port", "65536", "1 to" },
		{ "port", NULL, "1 to" }, { "port", "+1", "1 to" },
		{ "port", " 1", "1 to" }, { "port", "1x", "\"1x\"" },
		{ "since", "yesterday", "2h" }, { "since", "2w", "2h" },
		{ "count", "0", "1 to" }, { "timeout", "-1", "45s" },
		{ "wait", NULL, "45s" }, { "wait", "-1", "45s" },
		{ "wait", "1w", "45s" }, { "wait", "400000d", "45s" },
		{ "loss", "96", "0 to 95" }, { "after", "-1", "0 to" },
		{ "after", "9223372036854775808", "0 to" },
		{ "scrollback", "1", "2 to 4096" },
		{ "scrollback", "4097", "2 to 4096" },
		{ "theme", "blue", "auto|dark|light|mono" },
		{ "theme", NULL, "auto|dark" }, { "theme", "dar", "auto|dark" },
		{ "theme", "auto|dark", "auto|dark" },
		{ "times", "maybe", "on|off" }, { "times", NULL, "on|off" },
		{ "color-dim", "256", "0..255" }, { "color-dim", NULL, "0.." },
		{ "color-dim", "puce", "magenta" }, { "color-dim", "-1", "0" },
		{ "name", "a b", "not a name" }, { "name", "/x", "not a na" },
		{ "server", NULL, "empty" }, { "server", "lab:0", "a port" },
		{ "key", "abc", "22 characters" },
		{ "key", "r7wcBTwvJ448vUQJwcCU8R", "as long as a key" },
		{ "key", "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSV",
		    "as long as a key" },
		{ "notify", "a\nb", "control" },
		{ "notify", "\xff", "UTF-8" }, { "notify", "  ", "blanks" },
		{ "them", "dark", "\"theme\"" }, { "colour-dim", "1",
		    "\"color-dim\"" }, { "", "", "no setting" },
		{ "\033[2J", "x", "\\x1B" } };
	static const char *const longest[] = { "server", "notify",
		"passphrase-file" };
	char big[2000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_refused(bad[i][0], bad[i][1], bad[i][2]);
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	for (i = 0; i < sizeof(longest) / sizeof(longest[0]); i++)
		check_refused(longest[i], big, "too long");
	check_refused(big, "x", "no setting");
	big[OPTIONS_TEXT_BYTES - 1] = '\0';
	check_set("highlight", big, big);
	big[sizeof(o.server) - 1] = '\0';
	check_set("server", big, big);
}

/* "" is as without a line of it, whatever it was. */
static void
nothing_between_quotes_is_not_set(void **state)
{
	const struct config_word *w;
	char out[16][64], is[CONFIG_VALUE_BYTES], line[128];
	struct options none;
	size_t i;

	(void)state;
	config_defaults(&none);
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		samples(w, out);
		check_set(w->word, out[0], out[0]);
		assert_true(config_get(&none, w->word, is));
		check_set(w->word, "", is);
		/* By a file, too. */
		check_set(w->word, out[0], out[0]);
		snprintf(line, sizeof(line), "%s \"\"\n", w->word);
		write_file(line);
		assert_true(config_read(&o, path, NULL, true, why));
		assert_true(config_get(&o, w->word, value));
		assert_string_equal(value, is);
	}
	assert_memory_equal(&o, &none, sizeof(o));
}

/* A port of 8888 that was said is another thing than none. */
static void
what_is_not_set_any_more_is_kept_so(void **state)
{
	(void)state;
	write_file("server lab\nport 7001\nhost home\nserver there\n");
	assert_true(config_read(&o, path, "", true, why));
	check_set("server", "", "localhost");
	check_set("port", "", "8888");
	assert_true(config_save(&o, path, "server", why));
	assert_true(config_save(&o, path, "port", why));
	read_back(path);
	assert_string_equal(text, "server \"\"\nport \"\"\nhost home\n"
	    "server there\n");
	config_defaults(&o);
	assert_true(config_read(&o, path, "home", true, why));
	assert_false(o.port_given);
	/* A section is then the host that it is called as. */
	check_set("server", "", "home");
	assert_true(config_save(&o, path, "server", why));
	config_defaults(&o);
	assert_true(config_read(&o, path, "home", true, why));
	assert_string_equal(o.server, "home");
}

static void
a_file_is_read_in_all_its_ways(void **state)
{
	(void)state;
	write_file("# mine\n\n  \t\n   # also\r\nname alice\r\nport=99\n"
	    "\ttheme =  light  \nnotify \"say \\\"it\\\" \\\\ \\n \"\n"
	    "classic\nhighlight a #b\nignore = =x\ncolor-name-2=red\n"
	    "passphrase-file \"\"\ntimes off");
	assert_true(config_read(&o, path, NULL, true, why));
	assert_string_equal(o.name, "alice");
	assert_true(o.port == 99 && o.port_given);
	assert_int_equal(o.screen.theme.name, THEME_LIGHT);
	assert_string_equal(o.screen.notify, "say \"it\" \\ \\n ");
	assert_true(o.classic);
	assert_string_equal(o.screen.highlight, "a #b");
	assert_string_equal(o.screen.ignore, "=x");
	assert_int_equal(o.screen.theme.own[STYLE_NAME + 1], 1);
	assert_string_equal(o.passphrase, "");
	assert_false(o.screen.times);
}

static void
a_bad_line_is_told_with_file_and_line(void **state)
{
	static const char *const bad[][2] = {
		{ "# x\n\nport 0\n", ":3: port \"0\": " },
		{ "them dark", ":1: " }, { "times on\n=\n", ":2: " },
		{ "name \"al\n", ":1: a quote" },
		{ "name \"al\\\"\n", ":1: a quote" },
		{ "name \"al\" x\n", ":1: something" },
		{ "title on\nport", ":2: port \"\"" },
		{ "times on\nname \xc3\n", ":2: the line is not UTF-8" } };
	char start[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file(bad[i][0]);
		assert_false(config_read(&o, path, NULL, false, why));
		snprintf(start, sizeof(start), "%s%s", path, bad[i][1]);
		if (strncmp(why, start, strlen(start)) != 0)
			fail_msg("%s", why);
	}
	write_bytes("title off\nname a\0b\n", 19);
	assert_false(config_read(&o, path, NULL, false, why));
	assert_non_null(strstr(why, ":2: the line holds a NUL"));
	assert_false(o.screen.title);
}

static void
too_much_is_refused(void **state)
{
	(void)state;
	memset(text, ' ', sizeof(text));
	write_bytes(text, 4096);
	assert_true(config_read(&o, path, NULL, true, why));
	write_bytes(text, 4097);
	assert_false(config_read(&o, path, NULL, true, why));
	assert_non_null(strstr(why, ":1: the line is longer"));
	memset(text, '\n', sizeof(text));
	write_bytes(text, 1024 * 1024);
	assert_true(config_read(&o, path, NULL, true, why));
	write_bytes(text, 1024 * 1024 + 1);
	assert_false(config_read(&o, path, NULL, true, why));
	assert_non_null(strstr(why, path));
	assert_false(config_save(&o, path, "times", why));
	assert_non_null(strstr(why, path));
}

static void
a_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	assert_true(config_read(&o, path, NULL, false, why));
	assert_false(config_read(&o, path, NULL, true, why));
	assert_non_null(strstr(why, path));
	assert_false(config_read(&o, dir, NULL, false, why));
	assert_non_null(strstr(why, dir));
	assert_false(config_save(&o, dir, "times", why));
	assert_non_null(strstr(why, dir));
	assert_false(config_save(&o, "", "times", why));
	assert_false(config_save(&o, path, "nonsense", why));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(symlink(path, other), 0);	/* to nothing */
	assert_false(config_save(&o, other, "times", why));
	assert_non_null(strstr(why, other));
}

static void
saving_keeps_all_that_is_not_the_word(void **state)
{
	struct stat st;

	(void)state;
	write_file("# times on\ntimes on\n\n  times=on # no comment\n"
	    "broken line\n#end");
	chmod(path, 0644);
	check_set("times", "off", "off");
	assert_true(config_save(&o, path, "times", why));
	read_back(path);
	assert_string_equal(text, "# times on\ntimes on\n\n  times off\n"
	    "broken line\n#end");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	check_set("notify", "a b ", "a b ");
	assert_true(config_save(&o, path, "notify", why));
	read_back(path);
	assert_string_equal(text, "# times on\ntimes on\n\n  times off\n"
	    "broken line\n#end\nnotify \"a b \"\n");
	check_set("notify", "", "");
	assert_true(config_save(&o, path, "notify", why));
	read_back(path);
	assert_non_null(strstr(text, "#end\nnotify \"\"\n"));
}

/* ---- Sections ---- */

#define KEY "r7wcBTwvJ448vUQJwcCU8Q"
#define OTHER "AAAAAAAAAAAAAAAAAAAAAA"
#define WHOLE "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU"

static const char sections[] =
	"# mine\n"
	"name ann\n"
	"port 7000\n"
	"key " WHOLE "\n"
	"server there\n"
	"\n"
	"# the lab\n"
	"host lab\n"
	"  server lab.example.org\n"
	"  key " KEY "\n"
	"  name ann-lab\n"
	"  mouse on\n"
	"host \"home\"\n"
	"\tport = 7002\n";

static void
read_section(const char *section)
{
	config_defaults(&o);
	if (!config_read(&o, path, section, true, why))
		fail_msg("%s", why);
}

static void
a_section_holds_for_its_host_alone(void **state)
{
	(void)state;
	write_file(sections);
	read_section("lab");
	assert_string_equal(o.section, "lab");
	assert_string_equal(o.server, "lab.example.org");
	assert_string_equal(o.key, KEY);
	assert_string_equal(o.name, "ann-lab");
	assert_int_equal(o.port, 7000);
	assert_true(o.screen.mouse);
	/* Its name is the host, where it says no other; and the key of the
	 * general part is that of the general server. */
	read_section("home");
	assert_string_equal(o.section, "home");
	assert_string_equal(o.server, "home");
	assert_string_equal(o.key, "");
	assert_string_equal(o.name, "ann");
	assert_int_equal(o.port, 7002);
	assert_false(o.screen.mouse);
	read_section("elsewhere");
	assert_string_equal(o.section, "");
	assert_string_equal(o.server, "there");
	assert_string_equal(o.key, WHOLE);
	assert_int_equal(o.port, 7000);
	read_section(NULL);
	assert_string_equal(o.section, "");
}

static void
the_general_server_may_be_a_section(void **state)
{
	(void)state;
	write_file("server lab\nhost lab\nserver lab.example.org\n"
	    "host lab.example.org\nname no\nhost lab\nname yes\n");
	read_section(NULL);
	assert_string_equal(o.section, "lab");
	assert_string_equal(o.server, "lab.example.org");
	assert_string_equal(o.name, "yes");
	read_section("");
	assert_string_equal(o.section, "");
	assert_string_equal(o.server, "lab");
}

/* A section of the general server is no other server. */
static void
a_section_keeps_the_key_of_the_general_server(void **state)
{
	static const char *const has[][2] = {
		{ "theme light\n", KEY }, { "server lab\n", KEY },
		{ "server \"\"\n", KEY }, { "key " WHOLE "\n", WHOLE },
		{ "key \"\"\n", "" }, { "server there\n", "" },
		{ "key " WHOLE "\nserver there\n", WHOLE },
		{ "theme light\nhost x\nkey " WHOLE "\n", KEY },
		{ "theme light\nhost lab\nserver there\n", "" } };
	char file[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(has) / sizeof(has[0]); i++) {
		snprintf(file, sizeof(file), "server lab\nkey " KEY "\n"
		    "host lab\n%s", has[i][0]);
		write_file(file);
		read_section(NULL);
		assert_string_equal(o.section, "lab");
		assert_string_equal(o.key, has[i][1]);
		read_section("lab");
		assert_string_equal(o.key, has[i][1]);
	}
	/* It is localhost where nothing says another. */
	write_file("key " KEY "\nhost localhost\ntheme light\nhost lab\n");
	read_section(NULL);
	assert_string_equal(o.section, "localhost");
	assert_string_equal(o.key, KEY);
	read_section("lab");
	assert_string_equal(o.key, "");
}

static void
what_is_wrong_in_any_section_is_told(void **state)
{
	static const char *const bad[][2] = {
		{ "host\n", ":1: host begins a section" },
		{ "\nhost \"\"\n", ":2: host begins a section" },
		{ "host a b\n", ":1: host begins a section" },
		{ "host lab\nnonsense 1\n", ":2: there is no setting" },
		{ "host x\n\nport 0\n", ":3: port \"0\": not a number" },
		{ "host lab:99999\n", ":1: host \"lab:99999\": what stands "
		    "behind the host is not a port" },
		{ "host x\nkey abc\n", ":2: key \"abc\": not a key" },
		{ "key SHA256:abc\n", ":1: key \"SHA256:abc\": not a" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file(bad[i][0]);
		config_defaults(&o);
		assert_false(config_read(&o, path, "lab", true, why));
		if (strstr(why, bad[i][1]) == NULL)
			fail_msg("%s", why);
	}
}

/* Sets and keeps a word in that section; then the file is this. */
static void
keeps(const char *section, const char *word, const char *to,
    const char *before, const char *after)
{
	write_file(before);
	read_section(section);
	check_set(word, to, to);
	if (!config_save(&o, path, word, why))
		fail_msg("%s", why);
	read_back(path);
	assert_string_equal(text, after);
	read_section(section);
	assert_true(config_get(&o, word, value));
	assert_string_equal(value, to);
}

static void
what_is_kept_goes_where_it_counts(void **state)
{
	static const char one[] = "# mine\nname a\n\n# lab\nhost lab\n"
	    " name b\n# end";

	(void)state;
	keeps("lab", "name", "c", one, "# mine\nname a\n\n# lab\nhost lab\n"
	    " name c\n# end");
	keeps("lab", "port", "7", "host lab\n\t port\t=\t8", "host lab\n"
	    "\t port 7\n");
	keeps("x", "name", "c", one, "# mine\nname c\n\n# lab\nhost lab\n"
	    " name b\n# end");
	/* What nobody has said yet holds for all. */
	keeps("lab", "mouse", "on", one, "# mine\nname a\nmouse on\n\n"
	    "# lab\nhost lab\n name b\n# end");
	keeps("lab", "mouse", "on", "# a\n\n# lab\nhost lab\n",
	    "# a\n\nmouse on\n# lab\nhost lab\n");
	keeps("lab", "mouse", "on", "host lab\nport 1",
	    "mouse on\nhost lab\nport 1");
	/* But which server it is does not. */
	keeps("lab", "key", KEY, one, "# mine\nname a\n\n# lab\nhost lab\n"
	    "key " KEY "\n name b\n# end");
	keeps("lab", "server", "there", "host lab", "host lab\n"
	    "server there\n");
	keeps("lab", "name", "c", "name a\nhost lab\nhost x\nname b\n",
	    "name c\nhost lab\nhost x\nname b\n");
}

static void
a_bad_value_is_not_saved(void **state)
{
	(void)state;
	write_file("title on\n");
	strlcpy(o.name, "a\nb", sizeof(o.name));
	assert_false(config_save(&o, path, "name", why));
	read_back(path);
	assert_string_equal(text, "title on\n");
}

static void
saving_makes_the_directory_and_writes_through_links(void **state)
{
	char deep[256];
	struct stat st;

	(void)state;
	snprintf(deep, sizeof(deep), "%s/chat-tui/config", dir);
	assert_true(config_save(&o, deep, "title", why));
	read_back(deep);
	assert_string_equal(text, "title on\n");
	*strrchr(deep, '/') = '\0';
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);

	write_file("title off\n");
	assert_int_equal(symlink("config", other), 0);
	assert_true(config_save(&o, other, "title", why));
	assert_int_equal(lstat(other, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	read_back(path);
	assert_string_equal(text, "title on\n");
}

static void
whatever_the_file_holds_it_is_read_or_refused(void **state)
{
	static const char *const bits[] = { "times", "port", "color-dim",
		"notify", " ", "=", "\"", "\\", "\n", "#", "on", "7", "\xff",
		"中" };
	char bytes[NOISE * 10];
	size_t i, len, k;
	bool good;

	(void)state;
	srandom(7);
	for (i = 0; i < ROUNDS; i++) {
		for (len = 0, k = (size_t)random() % NOISE; k > 0; k--) {
			const char *bit = bits[(size_t)random() % 14];

			if (random() % 64 == 0)
				bytes[len++] = (char)random();
			memcpy(bytes + len, bit, strlen(bit));
			len += strlen(bit);
		}
		write_bytes(bytes, len);
		config_defaults(&o);
		why[0] = '\0';
		good = config_read(&o, path, NULL, true, why);
		assert_true(good || strstr(why, path) == why);
		/* A line more never makes it worse. */
		if (i % 16 == 0 && config_set(&o, "mouse", "yes", why)) {
			assert_true(config_save(&o, path, "mouse", why));
			assert_true(!good ||
			    config_read(&o, path, NULL, true, why));
		}
	}
}

/* options_parse with the words; what it writes is in text. */
static int
parse(const char *line)
{
	char words[2048], self[] = "chat-tui", *argv[32] = { self };
	char *rest = words;
	int fds[2], saved[2], argc = 1, status, i;

	strlcpy(words, line, sizeof(words));
	while (*line != '\0' && (argv[argc] = strsep(&rest, " ")) != NULL)
		argc++;
	argv[argc] = NULL;
	fflush(NULL);
	for (i = 0; i < 2; i++) {
		fds[i] = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND,
		    0600);
		saved[i] = dup(i + 1);
		assert_true(fds[i] != -1 && saved[i] != -1);
		dup2(fds[i], i + 1);
	}
	status = options_parse(&o, argc, argv);
	fflush(NULL);
	for (i = 0; i < 2; i++) {
		dup2(saved[i], i + 1);
		close(saved[i]);
		close(fds[i]);
	}
	read_back(other);
	return status;
}

static void
the_command_line_goes_before_the_file(void **state)
{
	char line[256];

	(void)state;
	write_file("name bob\nport 99\ntheme dark\nserver there\nmouse on\n");
	snprintf(line, sizeof(line), "-c %s --theme light -n alice --times "
	    "off here -6P --loss=7 --after 3", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(text, "");
	assert_string_equal(o.config, path);
	assert_string_equal(o.name, "alice");
	assert_int_equal(o.screen.theme.name, THEME_LIGHT);
	assert_string_equal(o.server, "here");
	assert_true(o.plain.on && o.screen.mouse && !o.screen.times && o.port_given);
	assert_int_equal(o.port, 99);
	assert_int_equal(o.family, AF_INET6);
	assert_int_equal(o.loss_percent, 7);
	assert_true(o.plain.has_after && o.plain.after == 3);
	snprintf(line, sizeof(line), "--config=%s", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "there");
	assert_string_equal(o.name, "bob");
	/* For the name prompt to say. */
	assert_int_equal(parse("-n /x"), -1);
	assert_string_equal(o.name, "/x");
}

static void
the_usual_file_is_read_and_may_be_missing(void **state)
{
	char leaf[128], line[256];

	(void)state;
	snprintf(leaf, sizeof(leaf), "%s/chat-tui/config", dir);
	assert_int_equal(parse(""), -1);
	assert_string_equal(o.config, leaf);
	assert_string_equal(o.server, "localhost");
	assert_true(config_set(&o, "server", "lab", why));
	assert_true(config_save(&o, leaf, "server", why));
	assert_int_equal(parse(""), -1);
	assert_string_equal(o.server, "lab");
	/* As with -k: nothing is wrong with the usage. */
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), 1);
	assert_non_null(strstr(text, path));
	write_file("name bob\nnonsense 1\n");
	assert_int_equal(parse(line), 2);
	snprintf(line, sizeof(line), "chat-tui: %s:2: ", path);
	assert_memory_equal(text, line, strlen(line));
	snprintf(line, sizeof(line), "-c %s -h", path);
	assert_int_equal(parse(line), 0);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	assert_int_equal(parse(""), -1);
	assert_string_equal(o.config, "");
}

/* A section on the command line: it goes before a host of that name, and what
 * is said there before it. */
static void
a_section_is_a_host_on_the_command_line(void **state)
{
	char line[256];

	(void)state;
	write_file(sections);
	snprintf(line, sizeof(line), "-c %s lab", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "lab.example.org");
	assert_string_equal(o.key, KEY);
	assert_string_equal(o.name, "ann-lab");
	snprintf(line, sizeof(line), "-c %s -n bob -p 1 --server lab", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "lab.example.org");
	assert_string_equal(o.name, "bob");
	assert_int_equal(o.port, 1);
	/* The key of the file is not that of any host. */
	snprintf(line, sizeof(line), "-c %s elsewhere", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "elsewhere");
	assert_string_equal(o.key, "");
	/* But of the one that it names it is. */
	snprintf(line, sizeof(line), "-c %s there", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.key, WHOLE);
	snprintf(line, sizeof(line), "-c %s --key %s elsewhere", path, KEY);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.key, KEY);
	snprintf(line, sizeof(line), "-c %s -H", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.section, "");
	assert_string_equal(o.server, "localhost");
	assert_string_equal(o.key, "");
	write_file("host-here\nhost lab\nserver chat://" KEY "@there:7001\n");
	snprintf(line, sizeof(line), "-c %s lab", path);
	assert_int_equal(parse(line), -1);
	assert_false(o.host_here);
	assert_string_equal(o.server, "there");
	assert_int_equal(o.port, 7001);
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), -1);
	assert_true(o.host_here);
}

/* The line behind -c FILE: the server and its port, and the others. */
static void
is_list(const char *words, const char *server, unsigned port,
    const char *others)
{
	char line[2048];

	snprintf(line, sizeof(line), "-c %s %s", path, words);
	assert_int_equal(parse(line), -1);
	assert_string_equal(text, "");
	assert_string_equal(o.server, server);
	assert_int_equal(o.port, port);
	assert_string_equal(o.others, others);
}

static void
several_servers_are_a_list(void **state)
{
	char line[2048], many[256] = "a";
	unsigned i;

	(void)state;
	write_file("");
	is_list("a", "a", 8888, "");
	is_list("a,b", "a", 8888, "b:8888");
	is_list("a:1,b:2,[2001:db8::1]:3,c", "a", 1, "b:2,[2001:db8::1]:3,"
	    "c:8888");
	is_list("--server a:1,b -p 9", "a", 9, "b:9");
	is_list("a:1,b:2 -p 9", "a", 9, "b:9");
	is_list("-H", "localhost", 8888, "");
	/* Of the room there is one, whichever it is of them. */
	is_list("a:1,b/den", "a", 1, "b:8888");
	assert_string_equal(o.room, "den");
	write_file("server a:1,b\nport 7\n");
	is_list("-4", "a", 1, "b:7");
	is_list("b", "b", 7, "");
	is_list("c,d:1", "c", 7, "d:1");
	is_list("-H", "localhost", 7, "");
	/* A section is called as the first of them, or has its own list. */
	write_file("server a,b\nkey " KEY "\nhost a\nname alice\n"
	    "host work\nserver x,y:2\n");
	is_list("-4", "a", 8888, "b:8888");
	assert_string_equal(o.name, "alice");
	assert_string_equal(o.key, KEY);
	is_list("work", "x", 8888, "y:2");
	is_list("work,z", "x", 8888, "z:8888");
	is_list("a,c", "a", 8888, "c:8888");
	assert_string_equal(o.name, "alice");
	for (i = 1; i <= 16; i++) {
		strlcat(many, ",a", sizeof(many));
		snprintf(line, sizeof(line), "-c /dev/null %s", many);
		assert_int_equal(parse(line), i < 16 ? -1 : 2);
	}
	assert_non_null(strstr(text, "more than 16 servers"));
}

/* With one sentence, and whatever of it is right. */
static void
a_bad_list_is_refused(void **state)
{
	static const char *const bad[] = { "a,", ",a", "a,,b", "a,b:0",
		"a:0,b", "a,[b]:1", "--server=a,b:x", "a,b c,", "a,b@c" };
	char line[256];
	size_t i;

	(void)state;
	write_file("");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "-c %s %s", path, bad[i]);
		assert_int_equal(parse(line), 2);
		assert_memory_equal(text, "chat-tui: ", 10);
	}
	write_file("server a,b:99999\n");
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), 2);
	assert_non_null(strstr(text, "config:1: server \"a,b:99999\": what stands "
	    "behind the host is not a port"));
	write_file("");
	assert_int_equal(parse("-c /dev/null a,b:99999"), 2);
	assert_string_equal(text, "chat-tui: HOST \"a,b:99999\": what stands "
	    "behind the host is not a port from 1 to 65535\n");
}

static void
an_invitation_says_host_port_and_key(void **state)
{
	char line[256];

	(void)state;
	write_file("server there\nport 99\n");
	snprintf(line, sizeof(line), "-c %s chat://" KEY "@lab:7001", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "lab");
	assert_string_equal(o.key, KEY);
	assert_int_equal(o.port, 7001);
	/* What the file says is of another server. */
	snprintf(line, sizeof(line), "-c %s chat://lab", path);
	assert_int_equal(parse(line), -1);
	assert_int_equal(o.port, 8888);
	assert_string_equal(o.key, "");
	snprintf(line, sizeof(line), "-c %s -p 7 chat://[::1]:7001/", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "::1");
	assert_int_equal(o.port, 7);
	write_file("server chat://" KEY "@lab:7001\n");
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "lab");
	assert_string_equal(o.key, KEY);
	assert_int_equal(o.port, 7001);
	snprintf(line, sizeof(line), "-c %s -H", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "localhost");
	assert_string_equal(o.key, "");
	assert_int_equal(o.port, 8888);
}

/* As completion has it from the file of known hosts. */
static void
a_host_may_say_its_port(void **state)
{
	static const char *const as_it_is[] = { "::1", "2001:db8::1",
		"fe80::1%eth0", "lab.example.org", NULL };
	const char *const *host;

	(void)state;
	assert_int_equal(parse("lab:7001"), -1);
	assert_string_equal(o.server, "lab");
	assert_int_equal(o.port, 7001);
	assert_int_equal(parse("-p 7 [::1]:7001"), -1);
	assert_string_equal(o.server, "::1");
	assert_int_equal(o.port, 7);
	for (host = as_it_is; *host != NULL; host++) {
		assert_int_equal(parse(*host), -1);
		assert_string_equal(o.server, *host);
		assert_int_equal(o.port, 8888);
	}
}

/* No host has a colon in its name: it would be looked up in vain. */
static void
a_host_with_a_bad_port_is_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "127.0.0.1:99999", "not a port from 1 to 65535\n" },
		{ "lab:", "not a port from 1 to 65535\n" },
		{ "lab:x", "not a port from 1 to 65535\n" },
		{ "lab:0", "not a port from 1 to 65535\n" },
		{ "chat://lab:0", "not a port from 1 to 65535\n" },
		{ "[::1", "brackets" }, { "[lab]:1", "brackets" },
		{ ":7001", "no host in it" },
		{ "a@lab:1", "a key of 22 characters" },
		{ "chat://r7wcBTwvJ448vUQJwcCU8R@lab", "as long as a key, but" }
	};
	char line[256], says[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i][0]), 2);
		snprintf(says, sizeof(says), "chat-tui: HOST \"%s\": ",
		    bad[i][0]);
		assert_memory_equal(text, says, strlen(says));
		assert_non_null(strstr(text, bad[i][1]));
		/* One sentence. */
		assert_ptr_equal(strchr(text, '\n') + 1, text + strlen(text));
		snprintf(line, sizeof(line), "--server %s", bad[i][0]);
		assert_int_equal(parse(line), 2);
		assert_non_null(strstr(text, "chat-tui: --server \""));
	}
	assert_int_equal(parse("-p 7 lab:x"), 2);
	write_file("server lab:x\n");
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), 2);
	assert_non_null(strstr(text, ":1: server \"lab:x\": what stands"));
}

/* Behind the host, in an invitation, by the option; else as the file says. */
static void
a_room_is_given_in_any_of_these_ways(void **state)
{
	char room[OPTIONS_ROOM_BYTES], line[256];

	(void)state;
	assert_int_equal(parse("lab"), -1);
	assert_string_equal(o.room, "");
	assert_false(options_room(&o, 0, room));
	assert_int_equal(parse("lab/ops"), -1);
	assert_string_equal(o.server, "lab");
	assert_string_equal(o.room, "ops");
	assert_int_equal(parse("lab:7001/ops"), -1);
	assert_int_equal(o.port, 7001);
	assert_string_equal(o.room, "ops");
	assert_int_equal(parse("chat://" KEY "@lab/ops"), -1);
	assert_string_equal(o.server, "lab");
	assert_string_equal(o.room, "ops");
	assert_int_equal(parse("--room den --room class lab/ops"), -1);
	assert_true(options_room(&o, 2, room));
	assert_string_equal(room, "class");
	assert_false(options_room(&o, 3, room));
	assert_true(options_room(&o, 0, room));
	assert_string_equal(room, "ops");
	write_file("room den class\nhost here\nserver there\nroom x\n");
	snprintf(line, sizeof(line), "-c %s lab", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.room, "den class");
	snprintf(line, sizeof(line), "-c %s here/ops", path);
	assert_int_equal(parse(line), -1);
	assert_string_equal(o.server, "there");
	assert_string_equal(o.room, "ops");
	assert_int_equal(parse("--room a/b lab"), 2);
	assert_int_equal(parse("lab/@bob"), 2);
	assert_int_equal(parse("lab/"), -1);
	assert_string_equal(o.room, "");
}

static void
an_invitation_that_is_wrong_is_refused(void **state)
{
	char line[256];

	(void)state;
	assert_int_equal(parse("--key " OTHER " chat://" KEY "@lab"), 2);
	assert_non_null(strstr(text, OTHER));
	assert_non_null(strstr(text, KEY));
	assert_int_equal(parse("--key " KEY " chat://" KEY "@lab"), -1);
	write_file("server chat://" KEY "@lab\nkey " OTHER "\n");
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), 2);
	write_file("[lab]\nserver chat://" KEY "@lab\nkey " OTHER "\n");
	snprintf(line, sizeof(line), "-c %s lab", path);
	assert_int_equal(parse(line), 2);
	/* The file's is another server's. */
	write_file("server there\nkey " OTHER "\n");
	snprintf(line, sizeof(line), "-c %s chat://" KEY "@lab", path);
	assert_int_equal(parse(line), -1);
	assert_int_equal(parse("chat://lab/a/b"), 2);
	assert_non_null(strstr(text, "\"chat://lab/a/b\": what stands behind"));
	write_file("mouse on\nserver chat://abc@lab\n");
	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(parse(line), 2);
	assert_non_null(strstr(text, ":2: server \"chat://abc@lab\": "));
	config_defaults(&o);
	assert_false(config_set(&o, "server", "chat://::1", why));
	assert_non_null(strstr(why, "in brackets"));
	assert_string_equal(o.server, "localhost");
}

static void
hosting_and_joining_exclude_each_other(void **state)
{
	char line[256];

	(void)state;
	assert_int_equal(parse("-H"), -1);
	assert_true(o.host_here);
	assert_string_equal(o.server, "localhost");
	assert_int_equal(parse("-H there"), 2);
	assert_non_null(strstr(text, "-H hosts here: it takes no HOST (there)"
	    "\nusage: chat-tui "));
	assert_int_equal(parse("--server there --host-here"), 2);
	write_file("server there\n");
	snprintf(line, sizeof(line), "-c %s -H", path);
	assert_int_equal(parse(line), -1);
	assert_true(o.host_here);
	assert_string_equal(o.server, "localhost");
	write_file("host-here\n");
	snprintf(line, sizeof(line), "-c %s there", path);
	assert_int_equal(parse(line), -1);
	assert_false(o.host_here);
	assert_string_equal(o.server, "there");
}

static void
usage_errors_are_said_and_give_2(void **state)
{
	static const char *const bad[][2] = {
		{ "-p 0", "chat-tui: --port \"0\": not a number" },
		{ "--theme blue", "chat-tui: --theme \"blue\": not one of" },
		{ "one two", "chat-tui: two: one HOST is enough\n" },
		{ "-4 -6", "chat-tui: -4 and -6 exclude each other\nusage: " },
		{ "-4 --ipv6 lab", "-4 and -6 exclude each other\n" },
		{ "--nonsense", "nonsense" }, { "-p", "usage" },
		{ "-P --to=", "chat-tui: --to: must not be empty\nusage: " },
		{ "-H -k ", "chat-tui: -k: must not be empty\nusage: " },
		{ "--classic=on", "usage" }, { "-c ", "chat-tui: -c: must not be empty\nusage: " } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i][0]), 2);
		assert_non_null(strstr(text, bad[i][1]));
	}
	assert_int_equal(parse("-h"), 0);
	assert_memory_equal(text, "usage: chat-tui ", 16);
	assert_int_equal(parse("-V"), 0);
	assert_memory_equal(text, "chat-tui ", 9);
}

static bool
is_word(const char *word)
{
	const struct config_word *w;
	size_t i;

	for (i = 0; (w = config_word(i)) != NULL; i++)
		if (strcmp(w->word, word) == 0)
			return true;
	return false;
}

/* Whether a line of the example shows a setting: "# words" are words. */
static bool
is_shown(const char *line)
{
	return line[0] == '#' && line[1] != '\0' && (line[1] != ' ' ||
	    line[2] == ' ');
}

/* As it is installed it says nothing; with the # before each setting taken
 * away it shows all of them, as they are without. */
static void
the_example_file_has_every_setting(void **state)
{
	static const char *const samples[] = { "name", "key", "room",
		"passphrase-file", "to", NULL };
	char *example, *rest, *line, *at = text, is[CONFIG_VALUE_BYTES];
	const struct config_word *w;
	const char *const *sample;
	struct options none;
	size_t i;

	(void)state;
	config_defaults(&none);
	read_back("tui/config.example");
	write_file(text);
	read_section("lab");
	assert_memory_equal(&o, &none, sizeof(o));
	example = rest = strdup(text);
	assert_non_null(example);
	while ((line = strsep(&rest, "\n")) != NULL)
		at += snprintf(at, 4096, "%s\n", line + is_shown(line));
	free(example);
	write_file(text);
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		snprintf(value, sizeof(value), "\n%s ", w->word);
		if (strstr(text, value) == NULL)
			fail_msg("%s is not in the example", w->word);
	}
	read_section("");
	for (sample = samples; *sample != NULL; sample++)
		assert_true(config_set(&o, *sample, "", why));
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		assert_true(config_get(&o, w->word, value));
		assert_true(config_get(&none, w->word, is));
		assert_string_equal(value, is);
	}
	read_section("lab");
	assert_string_equal(o.server, "lab.example.org");
	assert_string_equal(o.key, KEY);
}

/* The example of sections, as it is printed. */
static void
the_manuals_example_is_a_config_file(void **state)
{
	static const char begin[] = "\n.Bd -literal -offset indent\n";
	char *example, *end;

	(void)state;
	read_back("tui/chat-tui.1");
	example = strstr(text, "\n.Ss Sections\n");
	assert_non_null(example);
	example = strstr(example, begin);
	assert_non_null(example);
	example += strlen(begin);
	end = strstr(example, "\n.Ed\n");
	assert_non_null(end);
	end[1] = '\0';
	write_file(example);
	read_section("lab");
	assert_string_equal(o.section, "lab");
	assert_string_equal(o.server, "lab.example.org");
	assert_string_equal(o.key, KEY);
}

/* Every ".It Ic word , word Ar value" of the section, or "Cm value". */
static void
the_manual_has_every_word_and_no_other(void **state)
{
	char seen[TEXT_BYTES / 64] = " ", *line, *word, *rest;
	const struct config_word *w;
	size_t i;

	(void)state;
	read_back("tui/chat-tui.1");
	rest = strstr(text, "\n.Sh CONFIGURATION\n");
	assert_non_null(rest);
	rest += 2;
	for (strsep(&rest, "\n"); (line = strsep(&rest, "\n")) != NULL;) {
		if (strncmp(line, ".Sh ", 4) == 0)
			break;
		if (strncmp(line, ".It Ic ", 7) != 0)
			continue;
		for (line += 7; (word = strsep(&line, " ")) != NULL &&
		    strcmp(word, "Ar") != 0 && strcmp(word, "Cm") != 0;) {
			if (strcmp(word, ",") == 0)
				continue;
			if (!is_word(word))
				fail_msg("%s is not a word", word);
			strlcat(seen, word, sizeof(seen));
			strlcat(seen, " ", sizeof(seen));
		}
	}
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		snprintf(value, sizeof(value), " %s ", w->word);
		if (strstr(seen, value) == NULL)
			fail_msg("%s is not in the manual", w->word);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_set_is_usable),
		TEST(every_word_survives_set_save_and_read),
		TEST(words_and_letters_are_unique_and_every_style_has_one),
		TEST(values_may_be_told_in_other_ways),
		TEST(bad_values_are_refused_with_a_reason),
		TEST(nothing_between_quotes_is_not_set),
		TEST(what_is_not_set_any_more_is_kept_so),
		TEST(a_file_is_read_in_all_its_ways),
		TEST(a_bad_line_is_told_with_file_and_line),
		TEST(too_much_is_refused),
		TEST(a_file_that_cannot_be_read_is_named),
		TEST(saving_keeps_all_that_is_not_the_word),
		TEST(a_section_holds_for_its_host_alone),
		TEST(the_general_server_may_be_a_section),
		TEST(a_section_keeps_the_key_of_the_general_server),
		TEST(what_is_wrong_in_any_section_is_told),
		TEST(what_is_kept_goes_where_it_counts),
		TEST(a_bad_value_is_not_saved),
		TEST(saving_makes_the_directory_and_writes_through_links),
		TEST(whatever_the_file_holds_it_is_read_or_refused),
		TEST(the_command_line_goes_before_the_file),
		TEST(the_usual_file_is_read_and_may_be_missing),
		TEST(a_section_is_a_host_on_the_command_line),
		TEST(several_servers_are_a_list),
		TEST(a_bad_list_is_refused),
		TEST(an_invitation_says_host_port_and_key),
		TEST(a_host_may_say_its_port),
		TEST(a_host_with_a_bad_port_is_refused),
		TEST(an_invitation_that_is_wrong_is_refused),
		TEST(a_room_is_given_in_any_of_these_ways),
		TEST(hosting_and_joining_exclude_each_other),
		TEST(usage_errors_are_said_and_give_2),
		TEST(the_manual_has_every_word_and_no_other),
		TEST(the_manuals_example_is_a_config_file),
		TEST(the_example_file_has_every_setting),
	};

	return tests_run(tests, NULL, NULL);
}
