// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Input/Reply.h"
#include "Widgets/SWidget.h"

// Slate's sentences: a widget's arguments, each of which gives the arguments again.
template <typename A, typename T> struct TSlateStandIn {
    A& Text(const FText&);
    template <typename O> A& Text(O*, FText (O::*)() const);
    A& ToolTipText(const FText&);
    A& HintText(const FText&);
    A& AutoWrapText(bool);
    template <typename O> A& IsEnabled(O*, bool (O::*)() const);
    template <typename O> A& OnClicked(O*, FReply (O::*)());
};

struct FSlotStandIn {
    FSlotStandIn& AutoHeight();
    FSlotStandIn& Padding(float);
    FSlotStandIn& Padding(float, float);
    FSlotStandIn& operator[](const TSharedRef<SWidget>&);
};

#define SLATE_BEGIN_ARGS(Widget) struct FArguments : TSlateStandIn<FArguments, Widget> { FArguments()
#define SLATE_END_ARGS() };

// The widget's `Construct` must take what follows its class.
template <typename W> struct TDeclStandIn {
    template <typename... Types> TDeclStandIn& With(const Types&... Given) {
        static_assert(requires(W& Widget, const typename W::FArguments& Arguments) { Widget.Construct(Arguments, Given...); });
        return *this;
    }
    TSharedRef<W> operator<<=(const typename W::FArguments&) const;
};

#define SNew(Widget, ...) TDeclStandIn<Widget>().With(__VA_ARGS__) <<= Widget::FArguments()
#define SAssignNew(Pointer, Widget, ...) (void(Pointer = TSharedPtr<Widget>()), TDeclStandIn<Widget>().With(__VA_ARGS__)) <<= Widget::FArguments()
