/*
 * Runs in the test program only. It must never let the caller's own HOME,
 * language or terminal through to a program under test.
 */
#include "tests/with_env.h"

#include <sys/statvfs.h>
#include <err.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MEMORY_BYTES = 48 << 20 };	/* containers often have some more */

/* Sets "NAME=value" or unsets "NAME". */
static void
put(char *env[ENV_MAX], const char *setting)
{
	size_t i, last, name;

	name = strcspn(setting, "=");
	for (i = 0; env[i] != NULL; i++)
		if (strncmp(env[i], setting, name) == 0 && env[i][name] == '=')
			break;
	for (last = i; env[last] != NULL; last++)
		continue;
	if (env[i] != NULL) {
		free(env[i]);
		env[i] = env[--last];
		env[last] = NULL;
	}
	if (setting[name] == '\0')
		return;
	if (last == ENV_MAX - 1)
		errx(1, "more than %d environment variables", ENV_MAX - 1);
	if ((env[last] = strdup(setting)) == NULL)
		err(1, "strdup");
	env[last + 1] = NULL;
}

static void
put_path(char *env[ENV_MAX], const char *name, const char *dir,
    const char *below)
{
	char *setting;

	if (asprintf(&setting, "%s=%s%s", name, dir, below) == -1)
		err(1, "asprintf");
	put(env, setting);
	free(setting);
}

/* Where it was about noon when the test began, so that none runs over
 * midnight; but it is the same day there at noon in Greenwich, too. */
static const char *
noon(void)
{
	static char zone[32];
	time_t now = time(NULL);
	struct tm tm;

	if (zone[0] == '\0' && gmtime_r(&now, &tm) != NULL)
		snprintf(zone, sizeof(zone), "TZ=NOON%+d", tm.tm_hour == 0 ?
		    -11 : tm.tm_hour - 12);
	return zone;
}

void
env_make(char *env[ENV_MAX], const char *home, const char *mark,
    const char *const more[])
{
	static const char *const kept[] = { "PATH", "TMPDIR", "ASAN_OPTIONS",
	    "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE" };
	static const char *const fixed[] = { "TERM=xterm-256color",
	    "LC_ALL=C.UTF-8", "LOGNAME=visitor", "USER=visitor" };
	size_t i;

	env[0] = NULL;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (getenv(kept[i]) != NULL)
			put_path(env, kept[i], getenv(kept[i]), "");
	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		put(env, fixed[i]);
	put(env, noon());
	put_path(env, "HOME", home, "");
	put_path(env, "XDG_CONFIG_HOME", home, "/.config");
	put_path(env, "XDG_STATE_HOME", home, "/.local/state");
	put_path(env, "XDG_DATA_HOME", home, "/.local/share");
	put_path(env, "XDG_CACHE_HOME", home, "/.cache");
	put_path(env, "XDG_RUNTIME_DIR", home, "");
	put(env, mark);
	for (i = 0; more != NULL && more[i] != NULL; i++)
		put(env, more[i]);
}

void
env_clear(char *env[ENV_MAX])
{
	size_t i;

	for (i = 0; env[i] != NULL; i++)
		free(env[i]);
	env[0] = NULL;
}

bool
env_home(char dir[ENV_HOME_BYTES], const char *const more[])
{
	size_t i;

	for (i = 0; more != NULL && more[i] != NULL; i++)
		if (strncmp(more[i], "HOME=", 5) == 0) {
			if (strlcpy(dir, more[i] + 5, ENV_HOME_BYTES) >=
			    ENV_HOME_BYTES)
				errx(1, "%s: too long", more[i]);
			return false;
		}
	env_home_make(dir);
	return true;
}

void
env_in_memory(void)
{
	static const char memory[] = "/dev/shm";
	struct statvfs v;

	if (statvfs(memory, &v) == 0 && access(memory, W_OK) == 0 &&
	    v.f_bavail >= MEMORY_BYTES / v.f_frsize)
		setenv("TMPDIR", memory, 0);
}

void
env_home_make(char dir[ENV_HOME_BYTES])
{
	const char *tmp;

	if ((tmp = getenv("TMPDIR")) == NULL || tmp[0] == '\0')
		tmp = "/tmp";
	if (snprintf(dir, ENV_HOME_BYTES, "%s/home.XXXXXX", tmp) >=
	    ENV_HOME_BYTES)
		errx(1, "%s: too long", tmp);
	if (mkdtemp(dir) == NULL)
		err(1, "%s", dir);
}

static int
remove_one(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
env_home_remove(const char *dir)
{
	if (nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) == -1)
		warn("%s", dir);
}
