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
#define ISO_MODEL courtemanche_1998
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL maleckar_2009
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL grandi_bers_2010
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL stewart_2009
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL trovato_2020
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL tor_ord_2019
#include ISO_EACH_MODEL
#undef ISO_MODEL
#define ISO_MODEL ohara_rudy_2011
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
