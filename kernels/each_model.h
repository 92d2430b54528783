/* Includes the template ISO_EACH_MODEL once for every model, with ISO_MODEL defined as its name. */
#define ISO_MODEL ten_tusscher_2006
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL luo_rudy_1991
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL mitchell_schaeffer_2003
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL pathmanathan_gray_2014
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL nagumo_1962
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL bueno_orovio_2008
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL corrado_niederer_2016
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL aliev_panfilov_1996
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL rogers_mcculloch_1994
#include ISO_EACH_MODEL
#undef ISO_MODEL
#undef ISO_EACH_MODEL
