/*
 * The language of the person: locale and message catalogue, set once by each
 * program's main before anything is said. Never used for what travels.
 */
#include "common/lang.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char domain[] = "chat-tui";

static bool
is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* The value that decides about messages, locale(7); NULL: none. */
static const char *
wanted(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = getenv(names[i]);
		if (value != NULL && *value != '\0')
			return value;
	}
	return NULL;
}

/* Where gettext(3) heeds no LANGUAGE: a script reads what it knows. */
static bool
is_c(const char *want)
{
	return want == NULL || strcmp(want, "C") == 0 ||
	    strcmp(want, "POSIX") == 0;
}

/*
 * C.UTF-8 with the language that was asked for: gettext(3) heeds LANGUAGE in
 * any locale but "C", also for a language the system has no locale of.
 */
static bool
fall_back(void)
{
	const char *want = wanted(), *language = getenv("LANGUAGE");
	char name[64];

	if (setlocale(LC_ALL, "C.UTF-8") == NULL || !is_utf8())
		return false;
	if (is_c(want))
		unsetenv("LANGUAGE");
	if (is_c(want) || (language != NULL && *language != '\0'))
		return true;
	if (strlcpy(name, want, sizeof(name)) < sizeof(name)) {
		name[strcspn(name, ".@")] = '\0';
		setenv("LANGUAGE", name, 1);
	}
	return true;
}

/* The directory of catalogues below the program's own, if there is one. */
static bool
beside_program(char dir[PATH_MAX], const char *sub)
{
	char exe[PATH_MAX];
	ssize_t n;
	char *slash;

	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return false;
	exe[n] = '\0';
	if ((slash = strrchr(exe, '/')) == NULL)
		return false;
	*slash = '\0';
	n = snprintf(dir, PATH_MAX, "%s/%s", exe, sub);
	return n > 0 && n < PATH_MAX && access(dir, X_OK) == 0;
}

bool
lang_init(void)
{
	char dir[PATH_MAX];
	bool utf8;

	utf8 = (setlocale(LC_ALL, "") != NULL && is_utf8()) || fall_back();
	/* Numbers are read and written the same everywhere. */
	setlocale(LC_NUMERIC, "C");

	if (beside_program(dir, "build/locale") ||
	    beside_program(dir, "locale") ||
	    beside_program(dir, "../share/locale"))	/* wherever PREFIX is */
		bindtextdomain(domain, dir);
	else
		bindtextdomain(domain, LOCALEDIR);
	bind_textdomain_codeset(domain, "UTF-8");
	textdomain(domain);
	return utf8;
}

void
lang_load(void)
{
	gettext("not UTF-8");
	strerror(EIO);		/* a catalogue of its own */
	tzset();
}
