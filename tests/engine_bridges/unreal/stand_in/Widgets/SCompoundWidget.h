// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Widgets/DeclarativeSyntaxSupport.h"

class SCompoundWidget : public SWidget {
protected:
    FSlotStandIn ChildSlot;
};
