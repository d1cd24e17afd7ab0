// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Widgets/DeclarativeSyntaxSupport.h"

class SButton : public SWidget {
public:
    SLATE_BEGIN_ARGS(SButton) {}
    SLATE_END_ARGS()
    void Construct(const FArguments&);
};
